"""`jackfield explain`: why, or why not (C17)."""

from typing import Annotated

import typer

from jackfield.cli.commands import Desk, asking, people_app
from jackfield.cli.names import person_id
from jackfield.cli.output import print_json, print_table, say
from jackfield.cli.remote import JsonObject, path_of

app = people_app()


@app.command("explain", epilog="Example: jackfield explain ben rename Archive")
def explain(
    ctx: typer.Context,
    person: Annotated[str, typer.Argument(help="By sign-in name, name or id.")],
    act: Annotated[str, typer.Argument(help="As see, use, design, rename, reconnect, share, delete.")],
    connection: Annotated[str, typer.Argument(help="By name or id.")],
) -> None:
    """Say whether somebody may do something with a connection, by which rule, and who could change that."""
    with asking(ctx) as desk:
        found: JsonObject = desk.remote.get(
            path_of("connections", connection, "explain"), act=act, person_id=person_id(desk.remote, person)
        )
        tell_explanation(desk, found, person, connection)


def tell_explanation(desk: Desk, found: JsonObject, who: str, connection: str) -> None:
    """The decision first, then the questions that led to it."""
    if desk.as_json:
        print_json(found)
        return
    act = found["act"].replace("_", " ")
    verdict = "allowed" if found["allowed"] else "refused"
    say(f"{who}, {act} {connection}: {verdict} by rule {found['rule']}")
    if found["reason"]:
        say(found["reason"])
    if not found["allowed"] and found["who_can_change"]:
        say(f"Who could change that: {found['who_can_change']}.")
    say("")
    columns = (
        ("RULE", "rule"),
        ("QUESTION", "question"),
        ("ANSWER", "answer"),
        ("WHO CAN CHANGE IT", "who_can_change"),
    )
    print_table(found["questions"], columns, empty="No question had to be asked.")


def tell_explanations(desk: Desk, found: list[JsonObject], who: str, connection: str) -> None:
    """Everything that can be done, in a line each."""
    if desk.as_json:
        print_json(found)
        return
    say(f"What {who} may do with {connection}:")
    rows = [{**one, "answer": "allowed" if one["allowed"] else "refused"} for one in found]
    columns = (
        ("ACT", "act"),
        ("ANSWER", "answer"),
        ("RULE", "rule"),
        ("REASON", "reason"),
        ("WHO CAN CHANGE IT", "who_can_change"),
    )
    print_table(rows, columns, empty="There is nothing to ask about.")
