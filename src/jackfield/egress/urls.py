"""What may be written on the wire: URLs, methods and header fields, checked before anything is opened."""

import re
from dataclasses import dataclass
from functools import lru_cache

from jackfield.egress.targets import read_host
from jackfield.errors import InvalidError

_URL = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<host>\[[0-9a-f:.]+\]|[^\[\]:/?#@]*)(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?:/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]++|%[0-9A-Fa-f]{2})*+)?"
    r"(?:\?(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?\[\]]++|%[0-9A-Fa-f]{2})*+)?"
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+\-.^_`|~]{1,256}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_REFUSED_METHODS = frozenset({"CONNECT", "TRACE"})
_OURS = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "expect",
        "host",
        "http2-settings",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Fields that frame the message or belong to one hop (RFC 9110 §7.6.1): written here, never by a caller."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a URL leads."""

    scheme: str
    host: str
    port: int
    origin: str
    """`scheme://host:port`, in one spelling."""


def read_url(url: str) -> Target:
    """Where an absolute, encoded URL (RFC 3986) leads.

    Raises:
        InvalidError: Not `http` or `https`; user information, a fragment, or characters that must be encoded; or a host
            that is neither an address in its usual spelling nor a DNS name in lower case. There is one spelling, so
            that what was judged and what the HTTP client reads can't differ.
    """
    found = _URL.fullmatch(url)
    if found is None:
        if not url.startswith(("http://", "https://")):
            raise _invalid("only http and https are spoken")
        raise _invalid("the URL is not absolute and encoded (RFC 3986), or has user information or a fragment")
    return _target(found["scheme"], found["host"], found["port"])


@lru_cache(maxsize=1024)
def _target(scheme: str, written: str, port_text: str | None) -> Target:
    bare = written.removeprefix("[").removesuffix("]")
    host = read_host(bare)
    if host is None or host != bare or (":" in host) != written.startswith("["):
        raise _invalid("the host in the URL is neither an IP address in its usual spelling nor a DNS name")
    port = int(port_text) if port_text else _DEFAULT_PORTS[scheme]
    if port > 65535:
        raise _invalid("the port in the URL is none")
    return Target(scheme, host, port, f"{scheme}://{written}:{port}")


def _invalid(message: str) -> InvalidError:
    return InvalidError(message, code="egress.url_invalid", field="url")


def check_method(method: str) -> None:
    """Refuse what is no method (RFC 9110 §9.1), and CONNECT and TRACE.

    Raises:
        InvalidError: It is refused.
    """
    if method in _METHODS:
        return
    if not _TOKEN.fullmatch(method) or method.upper() in _REFUSED_METHODS:
        raise InvalidError("the method is not one that is sent", code="egress.method_invalid", field="method")


def check_headers(headers: tuple[tuple[str, str], ...]) -> None:
    """Refuse fields that are not well-formed (RFC 9110 §5), or are the connection's own business.

    Raises:
        InvalidError: It is refused; the message names the field, never its value.
    """
    for name, value in headers:
        if not _TOKEN.fullmatch(name):
            raise InvalidError("the name of a header field is not a token", code="egress.header_invalid")
        if name.lower() in _OURS:
            raise InvalidError(f"the header field {name} can't be set", code="egress.header_invalid")
        if not (value.isascii() and (value.isprintable() or value.replace("\t", " ").isprintable())):
            raise InvalidError(
                f"the value of the header field {name} has characters other than printable ASCII",
                code="egress.header_invalid",
            )
