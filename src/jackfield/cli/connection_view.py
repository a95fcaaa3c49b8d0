"""How connections are shown."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import typer

from jackfield.cli.commands import Desk
from jackfield.cli.failures import FAILED, quoted
from jackfield.cli.output import Column, hint, names_of, print_table, say, text_of
from jackfield.cli.remote import JsonObject

_AT_REST: Final = frozenset({"connected", "off"})

COLUMNS: Final[Sequence[Column]] = (
    ("NAME", "name"),
    ("CONNECTOR", "connector"),
    ("BUSINESS UNIT", "business_unit"),
    ("STATE", "state"),
    ("SHARED WITH", names_of("shared_with")),
    ("USED IN", lambda one: {kind: count for kind, count in one["uses"].items() if count}),
    ("CREATED", "created_at"),
    ("MODIFIED", "modified_at"),
    ("LAST USED", "last_used_at"),
    ("ID", "id"),
)


USABLE_COLUMNS: Final[Sequence[Column]] = (
    ("NAME", "name"),
    ("CONNECTOR", "connector"),
    ("STATE", "state"),
    ("BUSINESS UNIT", "business_unit_id"),
    ("ID", "id"),
)


def show_connection(desk: Desk, connection: JsonObject) -> None:
    """One connection, as far as one may see it."""
    details: JsonObject = connection["details"] or {}
    account: JsonObject = details.get("remote") or {}
    desk.show(
        connection,
        [
            ("name", "name"),
            ("id", "id"),
            ("connector", "connector"),
            ("business unit", "business_unit"),
            ("state", "state"),
            ("why", "reason"),
            ("admins", names_of("shared_with")),
            ("created", lambda one: f"{text_of(one['created_at'])} by {one['creator']['name']}"),
            ("modified", "modified_at"),
            ("last used", "last_used_at"),
            ("used in", lambda one: {kind: count for kind, count in one["uses"].items() if count}),
            ("belongs to", lambda _: details.get("origin")),
            ("signs in by", lambda _: details.get("scheme")),
            ("account there", lambda _: account.get("account")),
            ("system there", lambda _: account.get("system")),
            ("designed with by", lambda one: designers_of(one, details)),
            ("roll back until", lambda _: details.get("can_roll_back_until")),
            ("you may", lambda one: [act.replace("_", " ") for act in one["may"]]),
        ],
    )
    if desk.as_json:
        return
    if not details:
        hint("Its general details are for its admins, its editors and auditors (C7).")
        return
    given: list[dict[str, Any]] = [
        {"name": name, "value": value} for name, value in details["details"].items() if value not in (None, "", [], {})
    ]
    if given:
        say("")
        print_table(given, [("GENERAL DETAIL", "name"), ("VALUE", "value")], empty="")
    if details["secrets"]:
        say("")
        print_table(
            details["secrets"],
            [("CREDENTIAL", "field"), ("SET", "is_set"), ("WHEN", "set_at"), ("FINGERPRINT", "fingerprint")],
            empty="",
        )


def tell_state(desk: Desk, connection: JsonObject, done: str) -> None:
    """What was done, and how the connection is now; exit code 1 when it doesn't work, with how to go on.

    Raises:
        Exit: It isn't connected.
    """
    state = connection["state"]
    if desk.as_json:
        desk.done("", connection)
    else:
        _say_state(connection, done)
    if state not in _AT_REST:
        if not desk.as_json:
            hint(_how_to_go_on(connection))
        raise typer.Exit(FAILED)


def _say_state(connection: JsonObject, done: str) -> None:
    state = connection["state"]
    details: JsonObject = connection["details"] or {}
    remote: JsonObject = details.get("remote") or {}
    account = remote.get("account")
    say(
        f"{done} {connection['name']} ({connection['id']}): {state.replace('_', ' ')}"
        + (f", as {account}" if account and state == "connected" else "")
    )
    if connection["reason"]:
        say(f"  {connection['reason']}")


def _how_to_go_on(connection: JsonObject) -> str:
    name = quoted(connection["name"])
    again = f"`jackfield connection test {name}` tries again"
    match connection["state"]:
        case "not_connected":
            return f"It is kept: `jackfield connection change {name}` corrects it, {again}."
        case "needs_sign_in":
            return f"`jackfield connection reconnect {name}` gives it new credentials, {again}."
        case _:
            return f"{again}."


def designers_of(connection: Mapping[str, Any], details: JsonObject) -> str:
    """Who may design with it, by name."""
    if not connection["is_narrowed"]:
        return "every editor of the business unit"
    people: list[JsonObject] = details.get("authorized_people") or []
    groups: list[JsonObject] = details.get("authorized_groups") or []
    names = [one["name"] for one in people] + [f"{one['name']} (group)" for one in groups]
    return ", ".join(names) or "those who are named"
