"""Where a request goes: a server of the document, or the one that the connection says (case D22)."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import quote, urljoin, urlsplit

from jackfield.openapi.errors import ServerError
from jackfield.openapi.models import Operation, Server

_VARIABLE: Final = re.compile(r"\{([^{}]+)\}")
_HOST: Final = re.compile(r"[A-Za-z0-9._~\[\]:-]*")
_PATH: Final = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@%/-]*")
_BASE: Final = re.compile(
    r"(?P<origin>https?://(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~-]+)(?::[0-9]{1,5})?)?(?P<path>(?:/[^?#\\\x00-\x1f\x7f]*)?)",
    re.IGNORECASE,
)
_LITERAL: Final = "/-._~!$&'()*+,;=:@%"
_AUTHORITY: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//([^/?#]*)")


def base_url(
    operation: Operation,
    *,
    server: str | None = None,
    variables: Mapping[str, str] | None = None,
    document_url: str | None = None,
) -> str:
    """The URL that the path is appended to, without a slash at its end. A path alone where no host is known.

    Args:
        operation: With the servers that it may be sent to; the first is the default.
        server: The URL of one of them as it stands in the document, or another one: a connection's own.
        variables: Values for the variables in it; the document's defaults for the others.
        document_url: Where the document is from.

    Raises:
        ServerError: A variable has a value that it can't have, or no such variable is there.
    """
    chosen = _choose(operation.servers, server)
    return _read_base(_fill(chosen, variables or {}), document_url, chosen.url)


@lru_cache(maxsize=1024)
def _read_base(filled: str, document_url: str | None, shown: str) -> str:
    try:
        url = _resolve(filled, document_url)
    except ValueError as error:
        raise ServerError(f"the server {shown!r} is no URL: {error}", field="server") from None
    found = _BASE.fullmatch(url)
    if found is None or (found["origin"] is None and found["path"].startswith("//")):
        raise ServerError(
            f"the server {shown!r} can't be used: http or https, a host, and no user, query or fragment",
            field="server",
        )
    return f"{found['origin'] or ''}{quote(found['path'], safe=_LITERAL)}".rstrip("/")


def _resolve(url: str, document_url: str | None) -> str:
    """Absolute, as far as it is known where the document is from (RFC 3986 §5)."""
    scheme, _, rest = url.partition(":")
    is_hostless = scheme in {"http", "https"} and not rest.startswith("//")
    if document_url:
        own = urlsplit(document_url)
        base = document_url if own.path else f"{document_url}/"
        # Swagger 2.0 with a scheme and no host
        return f"{scheme}:{urljoin(base, rest).partition(':')[2]}" if is_hostless else urljoin(base, url)
    if is_hostless:
        return rest or "/"
    return f"https:{url}" if url.startswith("//") else urljoin("/", url)


def _choose(servers: tuple[Server, ...], url: str | None) -> Server:
    if url is None:
        return servers[0]
    found = next((one for one in servers if one.url == url), None)
    return found or Server(url=url)


def _fill(server: Server, variables: Mapping[str, str]) -> str:
    if not variables and "{" not in server.url:
        return server.url
    names = set(_VARIABLE.findall(server.url))
    for unknown in sorted(set(variables) - names):
        raise ServerError(f"the server {server.url!r} has no variable {unknown!r}", field=f"server_variables.{unknown}")
    found = _AUTHORITY.match(server.url)
    end = found.end() if found else 0

    def value(match: re.Match[str]) -> str:
        name = match[1]
        declared = server.variables.get(name)
        text = variables.get(name, declared.default if declared else None)
        if text is None:
            raise ServerError(f"the server's variable {name!r} needs a value", field=f"server_variables.{name}")
        if name in variables and declared and declared.enum and text not in declared.enum:
            allowed = ", ".join(declared.enum)
            raise ServerError(
                f"the server's variable {name!r} can't be {text!r}; it is one of: {allowed}",
                field=f"server_variables.{name}",
            )
        is_in_host = match.start() < end
        is_whole = match.start() == 0
        allowed_text = _HOST if is_in_host else _PATH
        if name in variables and not is_whole and (not allowed_text.fullmatch(text) or ".." in text.split("/")):
            raise ServerError(
                f"the server's variable {name!r} can't be {text!r}: it would lead elsewhere",
                field=f"server_variables.{name}",
            )
        return text

    return _VARIABLE.sub(value, server.url)
