"""Servers: `servers` of OpenAPI 3, and `schemes`, `host` and `basePath` of Swagger 2.0."""

from collections.abc import Sequence
from typing import Any, cast

from jackfield.openapi.models import Server, ServerVariable
from jackfield.openapi.reading.values import Members, mapping, plain, text, texts


def read_servers(declared: Any) -> tuple[Server, ...]:
    """The Server Objects of a list."""
    found = cast("list[Any]", declared) if isinstance(declared, list) else []
    return tuple(_server(cast("Members", one)) for one in found if isinstance(one, dict))


def _server(members: Members) -> Server:
    variables = {
        name: ServerVariable(default=plain(one, "default"), enum=_choices(one), description=text(one, "description"))
        for name in mapping(members, "variables")
        if (one := mapping(mapping(members, "variables"), name))
    }
    return Server(url=text(members, "url"), description=text(members, "description"), variables=variables)


def _choices(members: Members) -> tuple[str, ...]:
    found = members.get("enum")
    items = cast("list[Any]", found) if isinstance(found, list) else []
    return tuple(str(one) for one in items)


def read_swagger_servers(root: Members, schemes: Sequence[str] = ()) -> tuple[Server, ...]:
    """One server for each scheme; without a scheme it is that of the document's own URL, said by `//host`."""
    host, base = text(root, "host").strip(), text(root, "basePath").strip()
    path = "/" + base.strip("/") if base.strip("/") else ""
    usable = [one for one in schemes or texts(root, "schemes") if one in {"http", "https"}]
    if not usable:
        return (Server(url=f"//{host}{path}" if host else path or "/"),)
    return tuple(Server(url=f"{one}://{host}{path}" if host else f"{one}:{path or '/'}") for one in usable)
