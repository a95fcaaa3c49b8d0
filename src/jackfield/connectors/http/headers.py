"""Which header fields people and callers may set (mechanism M14, case D21)."""

import re
from collections.abc import Iterable, Mapping

TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+\-.^_`|~]{1,128}")

_NEVER = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-encoding",
        "content-length",
        "expect",
        "forwarded",
        "host",
        "http2-settings",
        "keep-alive",
        "max-forwards",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
    }
)
"""They frame the message, or say who speaks for whom."""
_NEVER_BEGINNINGS = ("proxy-", "x-forwarded-", "x-real-ip", "x-original-", "x-rewrite-", "sec-")
_CREDENTIALS = frozenset({"authorization", "cookie", "cookie2", "set-cookie"})
_PUBLIC = frozenset({"accept", "accept-language", "content-language", "from", "prefer", "range", "user-agent"})
_SOUNDS_SECRET = re.compile(r"auth|cookie|credential|key|pass|secret|session|sign|token")


def check_settable(name: str) -> None:
    """What a caller may set in one request.

    Raises:
        ValueError: Not a token, or a name that is never settable.
    """
    check_name(name)
    if name.lower() in _CREDENTIALS:
        raise ValueError(f"the header {name} belongs to the connection's credentials and can't be set")


def check_default(name: str) -> None:
    """What may be a connection's general detail, which everybody who sees the connection reads.

    Raises:
        ValueError: Not a name that is known to hold nothing secret.
    """
    check_settable(name)
    lowered = name.lower()
    if lowered in _PUBLIC:
        return
    if not lowered.startswith("x-") and not lowered.endswith("-version"):
        known = ", ".join(sorted(_PUBLIC))
        raise ValueError(f"the header {name} can't be a default; possible are {known}, X-… and …-Version")
    if _SOUNDS_SECRET.search(lowered):
        raise ValueError(f"the header {name} sounds like a secret; choose a way to sign in for it instead")


def check_name(name: str) -> None:
    """What may be the header of an API key.

    Raises:
        ValueError: Not a token, or a field that frames the message.
    """
    if not TOKEN.fullmatch(name):
        raise ValueError("the name of a header has only letters, digits and -")
    lowered = name.lower()
    if lowered in _NEVER or lowered.startswith(_NEVER_BEGINNINGS):
        raise ValueError(f"the header {name} can't be set")


def check_distinct(names: Iterable[str]) -> None:
    """That no header is given twice: their names are the same in any case (RFC 9110 §5.1).

    Raises:
        ValueError: One is; of two values only one would be sent.
    """
    seen = set[str]()
    for name in names:
        if name.lower() in seen:
            raise ValueError(f"the header {name} is given twice; upper and lower case make no difference")
        seen.add(name.lower())


def check_value(value: str) -> None:
    """What may be a header's value.

    Raises:
        ValueError: It has other than printable ASCII characters; never repeats the value.
    """
    if len(value) > 8192 or not value.isascii() or not value.isprintable() or value != value.strip():
        raise ValueError("the value of a header has only printable ASCII characters, at most 8192, not blank around")


def join(*layers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Fields of several layers; later ones replace earlier ones of the same name in any case."""
    joined: dict[str, tuple[str, str]] = {}
    for layer in layers:
        for name, value in layer.items():
            joined[name.lower()] = (name, value)
    return tuple(joined.values())
