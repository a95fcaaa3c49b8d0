"""Building URLs: one base, under which every path stays; nothing is joined by a library (mechanism M13, case D20)."""

import ipaddress
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final
from urllib.parse import quote, unquote

from jackfield.errors import InvalidError

QueryValue = str | int | float | bool
Query = Mapping[str, QueryValue | Sequence[QueryValue]] | Sequence[tuple[str, QueryValue]]

MAX_PATH: Final = 8 * 1024
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_BASE = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[^\[\]/?#@\\]+\]|[^\[\]:/?#@\\\s]+)(?::(?P<port>[0-9]{1,5}))?(?P<path>/[^?#]*)?",
    re.IGNORECASE,
)
_LABELS = re.compile(
    r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
)
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PLAIN = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*")
"""Segments that are what they are, in every reading; most are."""
_PCHAR: Final = "-._~!$&'()*+,;=:@%"
_DECODINGS: Final = 3


@dataclass(frozen=True)
class Base:
    """Where a connection's requests go, in one spelling. Kept, and with it what is made of it."""

    scheme: str
    host: str
    port: int
    path: str
    """Begins and ends with a slash."""

    @cached_property
    def server(self) -> str:
        """`scheme://host:port`."""
        return f"{self.scheme}://{self.host}:{self.port}"

    @cached_property
    def origin(self) -> str:
        """`scheme://host:port/path/`: what the credentials are bound to."""
        return self.server + self.path

    @cached_property
    def shown(self) -> str:
        """As people write it."""
        port = "" if self.port == _DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.path}"


@lru_cache(maxsize=1024)
def read_base(text: str) -> Base:
    """Read a base URL.

    Raises:
        ValueError: It can't be one; the message says why, without the text.
    """
    found = _BASE.fullmatch(text.strip())
    if found is None:
        raise ValueError(
            "write it like https://api.example.com/v1: http or https, a host, and no user, query or fragment"
        )
    scheme = found["scheme"].lower()
    port = int(found["port"]) if found["port"] else _DEFAULT_PORTS[scheme]
    if not 0 < port < 65536:
        raise ValueError("the port must be between 1 and 65535")
    try:
        segments, _ = _read_path((found["path"] or "/").rstrip("/"))
    except InvalidError as error:
        raise ValueError(error.message) from None
    path = "".join(f"/{segment}" for segment in segments) + "/"
    return Base(scheme, _read_host(found["host"]), port, path)


def _read_host(text: str) -> str:
    refusal = ValueError("the host is neither a host name nor an IP address in its usual spelling")
    try:
        if text.startswith("[") and "%" not in text:
            return f"[{ipaddress.IPv6Address(text[1:-1])}]"
        if text.rstrip(".").rpartition(".")[2].isdecimal():
            return str(ipaddress.IPv4Address(text))
        host = text if text.isascii() else text.encode("idna").decode()
    except ValueError:
        raise refusal from None
    host = host.lower().rstrip(".")
    if not _LABELS.fullmatch(host) or host.rpartition(".")[2].removeprefix("0x").isdecimal():
        raise refusal
    return host


def build_url(base: Base, path: str | Sequence[str | int], query: Iterable[tuple[str, QueryValue]]) -> str:
    """The URL of a path under the base.

    Args:
        base: Where it must stay.
        path: Text like `users/42/items`, in which what isn't allowed in a URL is encoded and `%XX` stands; or the
            segments one by one, each encoded whole, so that a slash in one stays in it.
        query: Names and values, encoded here.

    Raises:
        InvalidError: A segment is empty, `.` or `..` in any encoding, or has control characters; or it is too long.
    """
    if isinstance(path, str):
        segments, has_slash = _read_path(path)
    else:
        segments, has_slash = [_encode_segment(str(segment)) for segment in path], False
    built = base.path + "/".join(segments) + ("/" if has_slash and segments else "")
    if len(built) > MAX_PATH:
        raise InvalidError(f"the path is longer than {MAX_PATH} characters", field="arguments.path")
    expected = base.path.count("/") + max(len(segments) - 1, 0) + (1 if has_slash and segments else 0)
    if not built.startswith(base.path) or built.count("/") != expected:  # pragma: no cover  # can't be; asked anyway
        raise InvalidError("the path would leave the base URL", field="arguments.path")
    pairs = "&".join(f"{quote(name, safe='')}={quote(write_value(value), safe='')}" for name, value in query)
    return f"{base.server}{built}?{pairs}" if pairs else base.server + built


def query_pairs(query: Query | None) -> list[tuple[str, QueryValue]]:
    """Names and values one by one, in their order."""
    if query is None:
        return []
    if not isinstance(query, Mapping):
        return list(query)
    return [
        (name, one)
        for name, value in query.items()
        for one in ([value] if isinstance(value, (str, int, float)) else value)
    ]


def write_value(value: QueryValue) -> str:
    """A value as text; truth as `true` and `false`."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read_path(text: str) -> tuple[list[str], bool]:
    """Encoded segments of a path, and whether it ends with a slash."""
    if "?" in text or "#" in text:
        raise _refusal("must not have ? or #; a query has its own field, and in a segment they are written %3F and %23")
    if _BAD_PERCENT.search(text):
        raise _refusal("has a % that isn't followed by two hexadecimal digits; write it %25")
    parts = text.removeprefix("/").split("/")
    has_slash = len(parts) > 1 and not parts[-1]
    if not parts[-1]:
        parts.pop()
    segments: list[str] = []
    for part in parts:
        if _PLAIN.fullmatch(part):
            segments.append(part)
            continue
        _check_segment(unquote(part))
        if "\\" in part:
            raise _refusal("must not have a backslash; in a segment it is written %5C")
        segments.append(quote(part, safe=_PCHAR))
    return segments, has_slash


def _encode_segment(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    _check_segment(value)
    try:
        return quote(value, safe="")
    except UnicodeEncodeError:
        raise _refusal("has characters that are none") from None


def _check_segment(value: str) -> None:
    """Refuse what a server, or a proxy before it, could take for another path after decoding it once more."""
    if not value:
        raise _refusal("must not have an empty segment")
    for _ in range(_DECODINGS + 1):
        if any(unicodedata.category(char) == "Cc" for char in value):
            raise _refusal("must not have control characters")
        pieces = re.split(r"[/\\]", unicodedata.normalize("NFKC", value))
        if any(piece.partition(";")[0].strip() in {".", ".."} for piece in pieces):
            raise _refusal("must not have . or .. in any spelling")
        decoded = unquote(value)
        if decoded == value:
            return
        value = decoded


def _refusal(what: str) -> InvalidError:
    return InvalidError(f"the path {what}", field="arguments.path")
