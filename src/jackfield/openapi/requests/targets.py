"""Where a request goes: a server of the document, or the one that the connection says (case D22)."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urljoin, urlsplit

from jackfield.openapi.errors import ServerError
from jackfield.openapi.models import Operation, Server

_VARIABLE: Final = re.compile(r"\{([^{}]+)\}")
_HOST: Final = re.compile(r"[A-Za-z0-9._~\[\]:-]*")
_PATH: Final = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@%/-]*")
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
    url = _fill(chosen, variables or {})
    if document_url and not urlsplit(url).netloc:
        scheme, _, rest = url.partition(":")
        if scheme in {"http", "https"} and rest.startswith("/"):
            # Swagger 2.0 with a scheme and no host
            url = urljoin(document_url, rest).replace(urlsplit(document_url).scheme, scheme, 1)
        else:
            url = urljoin(_with_path(document_url), url)
    elif document_url and url.startswith("//"):
        url = f"{urlsplit(document_url).scheme}:{url}"
    elif url.startswith("//"):
        url = f"https:{url}"
    elif url.partition(":")[0] in {"http", "https"} and not urlsplit(url).netloc:
        url = url.partition(":")[2]
    if any(one in url for one in "?#"):
        raise ServerError(f"the server {chosen.url!r} has a query or a fragment", field="server")
    return url.rstrip("/")


def _with_path(url: str) -> str:
    return url if urlsplit(url).path else url + "/"


def _choose(servers: tuple[Server, ...], url: str | None) -> Server:
    if url is None:
        return servers[0]
    found = next((one for one in servers if one.url == url), None)
    return found or Server(url=url)


def _fill(server: Server, variables: Mapping[str, str]) -> str:
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
