"""Things by their id or by their name, as people call them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from jackfield.cli.failures import CommandError
from jackfield.cli.remote import JsonObject, Remote, path_of
from jackfield.errors import Kind
from jackfield.kernel import name_key


def person_id(remote: Remote, text: str) -> str:
    """The id of a person, by id, sign-in name, name or mail address.

    Raises:
        CommandError: Nobody, or several.
    """
    return _find(remote, _PERSON, text)


def group_id(remote: Remote, text: str) -> str:
    """The id of a group.

    Raises:
        CommandError: There is none.
    """
    return _find(remote, _GROUP, text)


def unit_id(remote: Remote, text: str) -> str:
    """The id of a business unit.

    Raises:
        CommandError: There is none.
    """
    return _find(remote, _UNIT, text)


def trigger_id(remote: Remote, text: str) -> str:
    """The id of a trigger.

    Raises:
        CommandError: There is none, or several processes have one of that name.
    """
    return _find(remote, _TRIGGER, text)


def connector_of(remote: Remote, connection: str) -> str:
    """The connector of a connection that one may see, or build with.

    Raises:
        CommandError: There is no such connection.
    """
    try:
        found: JsonObject = remote.get(path_of("connections", connection))
    except CommandError as error:
        if error.problem.get("kind") != Kind.FORBIDDEN:
            raise
        rows, _ = remote.list_items("/api/pickable-connections", limit=None)
        fitting = [one for one in rows if one["id"] == connection or name_key(one["name"]) == name_key(connection)]
        if not fitting:
            raise
        found = fitting[0]
    return str(found["connector"])


@dataclass(frozen=True, slots=True)
class _Kind:
    what: str
    path: str
    prefix: str
    """Of its ids."""
    names: Callable[[JsonObject], tuple[Any, ...]]
    """What it may be called by; the first is unique."""


_PERSON: Final = _Kind("person", "people", "per_", lambda one: (one["sign_in_name"], one["name"], one["email"]))
_GROUP: Final = _Kind("group", "groups", "grp_", lambda one: (one["name"],))
_TRIGGER: Final = _Kind("trigger", "triggers", "trg_", lambda one: (one["name"],))
_UNIT: Final = _Kind("business unit", "business-units", "bu_", lambda one: (one["name"],))


def _find(remote: Remote, kind: _Kind, text: str) -> str:
    if text.startswith(kind.prefix) and " " not in text:
        return text
    rows = _candidates(remote, kind, text.strip()[:200])
    wanted = name_key(text)
    fitting = [one for one in rows if wanted in {name_key(str(name)) for name in kind.names(one) if name}]
    # A sign-in name is unique; a name or an address may be shared.
    exact = [one for one in fitting if name_key(str(kind.names(one)[0])) == wanted]
    found = exact if len(exact) == 1 else fitting
    if not found:
        raise CommandError(f"there is no {kind.what} {text!r}, or none that you may know of")
    if len(found) > 1:
        ids = ", ".join(one["id"] for one in found[:10])
        raise CommandError(f"{text!r} means more than one {kind.what}: use the id ({ids})")
    return str(found[0]["id"])


def _candidates(remote: Remote, kind: _Kind, search: str) -> list[JsonObject]:
    try:
        rows, _ = remote.list_items(path_of(kind.path), limit=None, search=search)
    except CommandError as error:
        if kind is not _PERSON or error.problem.get("kind") != Kind.FORBIDDEN:
            raise
        return _colleagues(remote, search)
    return rows


def _colleagues(remote: Remote, search: str) -> list[JsonObject]:
    """Whom one may know without administering anything: the people of one's own business units."""
    me: JsonObject = remote.get("/api/me")
    found: dict[str, JsonObject] = {}
    for unit in me["business_units"]:
        path = path_of("business-units", unit["business_unit_id"], "members")
        members, _ = remote.list_items(path, limit=None, search=search)
        found |= {one["person"]["id"]: one["person"] for one in members}
    return list(found.values())
