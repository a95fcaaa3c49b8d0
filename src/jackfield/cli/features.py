"""`jackfield feature`: the switches of connectors (C13)."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import typer

from jackfield.cli.commands import Yes, asking, people_app
from jackfield.cli.names import unit_id
from jackfield.cli.output import hint
from jackfield.cli.prompts import confirm
from jackfield.cli.remote import JsonObject, Remote, path_of

app = people_app("Features: which connectors are on, in the installation and in each business unit.")

Connector = Annotated[str, typer.Argument(help="Its key, as `jackfield connector list` shows it.")]
Unit = Annotated[str | None, typer.Option(help="The switch of this business unit; the installation's if left out.")]

_USERS: Final[Mapping[str, tuple[str, str]]] = {
    "process": ("process", "processes"),
    "trigger": ("trigger", "triggers"),
    "data_object": ("data object", "data objects"),
    "integration": ("integration", "integrations"),
}
"""What can refer to connections, as one and as several."""


@app.command("list")
def list_features(ctx: typer.Context, *, unit: Unit = None) -> None:
    """List the switch of every connector."""
    with asking(ctx) as desk:
        found: JsonObject = desk.remote.get(path_of("features"), business_unit_id=unit and unit_id(desk.remote, unit))
        desk.show_rows(
            found["items"],
            [
                ("CONNECTOR", "connector"),
                ("TITLE", "title"),
                ("STATE", lambda one: "on" if one["is_on"] else "off"),
                ("INSTALLATION", lambda one: "on" if one["on_in_installation"] else "off"),
                *([("BUSINESS UNIT", lambda one: "on" if one["on_in_unit"] else "off")] if unit else []),
                ("WHO CAN CHANGE IT", "who_can_change"),
            ],
            empty="There is none.",
        )


@app.command("on")
def on(ctx: typer.Context, connector: Connector, *, unit: Unit = None) -> None:
    """Turn a connector on; its connections are as they were."""
    with asking(ctx) as desk:
        desk.done(f"{connector} is on.", _switch(desk.remote, connector, unit, on=True))


@app.command("off", epilog="Example: jackfield feature off sql --unit Accounting")
def off(ctx: typer.Context, connector: Connector, *, unit: Unit = None, yes: Yes = False) -> None:
    """Turn a connector off, after showing what that freezes."""
    with asking(ctx) as desk:
        impact: JsonObject = desk.remote.get(
            path_of("features", connector, "impact"), business_unit_id=unit and unit_id(desk.remote, unit)
        )
        hint(spell_impact(impact))
        confirm(f"Turn {connector} off?", yes=yes)
        desk.done(f"{connector} is off.", _switch(desk.remote, connector, unit, on=False))


def _switch(remote: Remote, connector: str, unit: str | None, *, on: bool) -> Any:
    body = {"on": on, "business_unit_id": unit and unit_id(remote, unit)}
    return remote.put(path_of("features", connector), body)


def spell_impact(impact: JsonObject) -> str:
    """What switching a connector off brings about, as a sentence."""
    uses: dict[str, int] = impact["uses"]
    count = impact["connections"]
    parts = ["1 connection freezes" if count == 1 else f"{count} connections freeze"]
    for kind, number in uses.items():
        one, several = _USERS[kind]
        if number:
            parts.append(f"1 {one} refers to them" if number == 1 else f"{number} {several} refer to them")
    runs = impact["running_runs"]
    if runs:
        parts.append("1 run is under way" if runs == 1 else f"{runs} runs are under way")
    return ", ".join(parts) + ". Turned on again, all is as it was."
