"""What browsers need to be kept from: whose Host and Origin are ours, the session cookie, the headers of every answer.

Cross-site requests are refused by three nets (M08, case D19): the cookie is SameSite=Lax, a write with a cookie must
bring an Origin that is ours, and bodies are JSON with the media type that says so, which no form can send.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final
from urllib.parse import urlsplit

from jackfield.errors import ForbiddenError, InvalidError
from jackfield.kernel import Secret
from jackfield.settings import Settings

RawHeaders = Sequence[tuple[bytes, bytes]]

_LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_DEFAULT_PORTS: Final = {"http": "80", "https": "443"}
_HOST: Final = re.compile(r"(?P<name>\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(:(?P<port>[0-9]{1,5}))?")
_LONGEST_HOST: Final = 300
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})

_CONTENT_POLICY: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self'{}; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
)


class ForeignHostError(InvalidError):
    """The Host header names somebody else, as after DNS rebinding."""

    code = "host.foreign"


class ForeignOriginError(ForbiddenError):
    """A web page that isn't ours asked, or one that doesn't say whose it is."""

    code = "origin.foreign"


def header_values(headers: RawHeaders, name: bytes) -> list[str]:
    """All values of a header; `name` in lower case, as ASGI has them."""
    return [value.decode("latin-1") for key, value in headers if key == name]


@dataclass(frozen=True, slots=True)
class OwnHosts:
    """Which values of Host are ours, and which origins follow from them."""

    scheme: str
    """Of the public URL."""
    hosts: frozenset[str]
    """As in `jackfield.example.com` or `10.0.0.5:8050`."""

    @classmethod
    def of(cls, settings: Settings) -> "OwnHosts":
        """As configured; loopback names are always ours, on any port: nobody can make them resolve elsewhere."""
        url = urlsplit(settings.effective_public_url)
        hosts = {_canonical_host(host, url.scheme) for host in (url.netloc, *settings.allowed_hosts)}
        return cls(url.scheme, frozenset(hosts - {""}))

    def require_host(self, headers: RawHeaders) -> str:
        """The Host of a request.

        Raises:
            ForeignHostError: Missing, given twice, or somebody else's.
        """
        values = header_values(headers, b"host")
        if len(values) == 1:
            host = _canonical_host(values[0], self.scheme)
            if host in self.hosts or _is_loopback(host):
                return host
        raise ForeignHostError("this host name isn't one of ours; JACKFIELD_ALLOWED_HOSTS names further ones")

    def is_ours(self, origin: str, host: str) -> bool:
        """Whether a page of this origin is ours, asked at this (already accepted) host."""
        scheme = self.scheme if host in self.hosts else "http"
        return origin == f"{scheme}://{host}"

    def require_own_origin(self, method: str, headers: RawHeaders, host: str, *, with_cookie: bool) -> None:
        """Refuse what another web page has a browser ask for.

        Raises:
            ForeignOriginError: An Origin that isn't ours, or a write with a cookie and without any.
        """
        origins = header_values(headers, b"origin")
        if len(origins) > 1 or (origins and not self.is_ours(origins[0], host)):
            raise ForeignOriginError("this request comes from a web page that isn't ours", rule="same origin")
        if with_cookie and not origins and method not in SAFE_METHODS:
            raise ForeignOriginError(
                "a change with a session cookie must bring the Origin header; programs use an API token",
                rule="same origin",
            )


def _canonical_host(host: str, scheme: str) -> str:
    # Whoever asks may name any host: what is remembered is few, and short.
    return _read_host(host, scheme) if len(host) <= _LONGEST_HOST else ""


@lru_cache(maxsize=256)
def _read_host(host: str, scheme: str) -> str:
    shape = _HOST.fullmatch(host.strip().lower())
    if shape is None:
        return ""
    name, port = shape["name"], shape["port"]
    return name if port in {None, _DEFAULT_PORTS.get(scheme)} else f"{name}:{port}"


@lru_cache(maxsize=256)
def _is_loopback(host: str) -> bool:
    shape = _HOST.fullmatch(host)
    return shape is not None and shape["name"] in _LOOPBACK_NAMES


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """The cookie that carries a browser's session.

    With https it has the `__Host-` prefix, so that no other host and no plain http can set it; on plain http browsers
    don't accept that prefix, nor `Secure`.
    """

    name: str
    is_secure: bool

    @classmethod
    def of(cls, settings: Settings) -> "SessionCookie":
        """The cookie for the public URL's scheme."""
        is_secure = settings.effective_public_url.startswith("https://")
        return cls("__Host-jackfield" if is_secure else "jackfield", is_secure)

    def find(self, headers: RawHeaders) -> Secret | None:
        """The session's token; None without the cookie, or with two of its name, of which one must be foreign."""
        values = [
            value
            for header in header_values(headers, b"cookie")
            for name, _, value in (part.strip().partition("=") for part in header.split(";"))
            if name == self.name and value
        ]
        return Secret(values[0]) if len(values) == 1 else None

    def set_header(self, token: Secret, *, seconds: int) -> str:
        """Set-Cookie for a session just begun."""
        return self._header(token.reveal(), seconds)

    def clear_header(self) -> str:
        """Set-Cookie that makes the browser forget it."""
        return self._header("", 0)

    def _header(self, value: str, seconds: int) -> str:
        secure = "; Secure" if self.is_secure else ""
        return f"{self.name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"


def content_policy(style_nonce: str = "") -> str:
    """What a page may load: our own files, and no script or style that stands in the page itself.

    Args:
        style_nonce: Style elements that bear it are let in: the page's style library makes them while it runs.
    """
    return _CONTENT_POLICY.format(f" 'nonce-{style_nonce}'" if style_nonce else "")


_DEFAULT_CONTENT_POLICY: Final = content_policy().encode()


def answer_headers(path: str, *, is_secure: bool) -> tuple[tuple[bytes, bytes], ...]:
    """What every answer says to browsers; answers of the API are not to be kept by anybody."""
    return _answer_headers(is_api=path.startswith("/api"), is_secure=is_secure)


@cache
def _answer_headers(*, is_api: bool, is_secure: bool) -> tuple[tuple[bytes, bytes], ...]:
    headers = [
        (b"content-security-policy", _DEFAULT_CONTENT_POLICY),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
        (b"referrer-policy", b"same-origin"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
    ]
    if is_secure:
        headers.append((b"strict-transport-security", b"max-age=31536000"))
    if is_api:
        headers.append((b"cache-control", b"no-store"))
    return tuple(headers)
