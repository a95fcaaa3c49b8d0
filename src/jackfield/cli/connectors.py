"""`jackfield connector`."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

import typer

from jackfield.cli.commands import asking, people_app
from jackfield.cli.failures import CommandError
from jackfield.cli.names import unit_id
from jackfield.cli.output import Column, head, hint, print_json, print_table, say, text_of
from jackfield.cli.remote import JsonObject, path_of
from jackfield.cli.schemas import Field, fields_of

app = people_app("Connectors: the kinds of systems that can be connected, and what can be done with them.")

Unit = Annotated[str | None, typer.Option(help="As it is in this business unit.")]

_FIELDS: Final[Sequence[Column]] = (
    ("FIELD", "name"),
    ("TYPE", "type"),
    ("NEEDED", "needed"),
    ("IF LEFT OUT", "default"),
    ("WHAT IT IS", "description"),
)


@app.command("list")
def list_connectors(ctx: typer.Context, *, unit: Unit = None) -> None:
    """List connectors, and whether they are on."""
    with asking(ctx) as desk:
        found: JsonObject = desk.remote.get(path_of("connectors"), business_unit_id=unit and unit_id(desk.remote, unit))
        desk.show_rows(
            found["items"],
            [
                ("KEY", "key"),
                ("TITLE", "title"),
                ("STATE", lambda one: "on" if one["is_on"] else "off"),
                ("WHAT FOR", "description"),
            ],
            empty="There is none.",
        )


@app.command("show", epilog="Example: jackfield connector show http --action request")
def show(
    ctx: typer.Context,
    connector: Annotated[str, typer.Argument(help="Its key, as `jackfield connector list` shows it.")],
    *,
    action: Annotated[str | None, typer.Option(help="The arguments and the result of one action.")] = None,
    unit: Unit = None,
) -> None:
    """Show what to fill in, the ways to sign in, and the actions. `--json` prints their JSON schemas."""
    with asking(ctx) as desk:
        found: JsonObject = desk.remote.get(
            path_of("connectors", connector), business_unit_id=unit and unit_id(desk.remote, unit)
        )
    if desk.as_json:
        print_json(found if action is None else find_action(found, action))
        return
    if action is not None:
        _show_action(find_action(found, action))
        return
    head(f"{found['title']} ({found['key']}){'' if found['is_on'] else ', switched off'}")
    say(found["description"])
    if not found["is_on"]:
        hint(f"Who can turn it on: {found['who_can_change']}.")
    head("\nGeneral details  --set NAME=VALUE")
    _print_form(found["details"])
    for scheme in found["schemes"]:
        head(f"\nSigning in: {scheme['title']}  --scheme {scheme['key']}")
        _print_form(scheme["credentials"])
    if found["most_schemes"] > 1:
        hint(
            f"Up to {found['most_schemes']} at once: --scheme basic+bearer, with 1. and 2. before the names of their fields."
        )
    head("\nActions  jackfield call CONNECTION ACTION")
    columns = (("ACTION", "key"), ("EFFECT", "effect"), ("REPEATING", "repeat"), ("WHAT IT DOES", "description"))
    print_table(found["actions"], columns, empty="There is none.")


def find_action(connector: JsonObject, key: str) -> JsonObject:
    """One action of a connector.

    Raises:
        CommandError: It has none of that key.
    """
    found = next((one for one in connector["actions"] if one["key"] == key), None)
    if found is None:
        known = ", ".join(one["key"] for one in connector["actions"])
        raise CommandError(f"{connector['title']} has no action {key!r}; it has {known}")
    result: JsonObject = found
    return result


def _show_action(action: JsonObject) -> None:
    head(f"{action['title']} ({action['key']}): {action['effect']}, {action['repeat']}")
    say(action["description"])
    head("\nArguments  --arg NAME=VALUE, --file NAME=PATH")
    _print_form(action["arguments"])
    head("\nResult")
    _print_form(action["result"])


def _print_form(schema: JsonObject) -> None:
    rows: list[dict[str, Any]] = [_row(one) for one in fields_of(schema).values()]
    print_table(rows, _FIELDS, empty="Nothing to fill in.")


def _row(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "type": field.type_text,
        "needed": "yes" if field.is_required else "",
        "default": "" if field.default in (None, "") else text_of(field.default),
        "description": field.description.splitlines()[0] if field.description else "",
    }
