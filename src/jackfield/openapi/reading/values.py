"""Members of foreign objects, by the type that the specification gives them; what has another type isn't there."""

from collections.abc import Mapping
from typing import Any, cast

Members = Mapping[str, Any]


def text(members: Members, name: str) -> str:
    """A string, else an empty one."""
    found = members.get(name)
    return found if isinstance(found, str) else ""


def plain(members: Members, name: str) -> str:
    """A string, else an empty one; `default: 8443` is a number to YAML, and a text to whoever wrote it."""
    found = members.get(name)
    return str(found) if isinstance(found, (str, int, float)) and not isinstance(found, bool) else ""


def flag(members: Members, name: str, *, default: bool = False) -> bool:
    """A boolean; `"true"` counts, as documents in the wild have it."""
    found = members.get(name)
    if isinstance(found, bool):
        return found
    if isinstance(found, str) and found.lower() in {"true", "false"}:
        return found.lower() == "true"
    return default


def mapping(members: Members, name: str) -> Members:
    """An object, else an empty one."""
    found = members.get(name)
    return cast("Members", found) if isinstance(found, dict) else {}


def listing(members: Members, name: str) -> list[Any]:
    """A list, else an empty one."""
    found = members.get(name)
    return cast("list[Any]", found) if isinstance(found, list) else []


def texts(members: Members, name: str) -> tuple[str, ...]:
    """The strings of a list."""
    return tuple(one for one in listing(members, name) if isinstance(one, str))


def extensions(members: Members) -> dict[str, Any]:
    """The vendor's own members."""
    return {name: value for name, value in members.items() if name.startswith("x-")}
