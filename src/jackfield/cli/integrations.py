"""`jackfield integration`: systems that an OpenAPI document describes, read, made, shown, changed, deleted."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from jackfield.cli import integration_methods, integration_versions
from jackfield.cli.commands import All, Limit, Yes, asking, people_app
from jackfield.cli.connections import choose_scheme, own_unit
from jackfield.cli.credentials import Given, SecretOption, SecretsStdin, Set, fill_in
from jackfield.cli.failures import CommandError
from jackfield.cli.files import read_text
from jackfield.cli.integration_methods import Accept, Which
from jackfield.cli.names import group_id, unit_id
from jackfield.cli.output import Column, head, hint, print_fields, print_json, print_table, say
from jackfield.cli.prompts import confirm
from jackfield.cli.remote import JsonObject, Remote, path_of
from jackfield.cli.schemas import fields_of

app = people_app(
    "Custom integrations: systems that an OpenAPI document describes, each method granted to those who need it."
)

_Unit = Annotated[
    str | None, typer.Option("--unit", help="The business unit; if left out, the only one you may create in.")
]
_Scheme = Annotated[
    str, typer.Option("--scheme", help="The way to sign in, as `jackfield connector show openapi` lists them.")
]
DocumentFile = Annotated[Path, typer.Argument(help="The OpenAPI document, JSON or YAML.")]
_METHODS: Final[list[Column]] = [
    ("METHOD", "name"),
    ("REQUEST", "label"),
    ("EFFECT", "effect"),
    ("WHY", "effect_reason"),
]
_REMARKS: Final[list[Column]] = [("OPERATION", "operation"), ("LINE", "line"), ("PLACE", "pointer"), ("WHY", "reason")]


@app.command("read", epilog="Example: jackfield integration read tickets.yaml")
def read(ctx: typer.Context, document: DocumentFile) -> None:
    """Say what a document offers, and what of it could not be understood. Nothing is stored."""
    with asking(ctx) as desk:
        read: JsonObject = desk.remote.post(path_of("integrations", "readings"), {"document": read_text(document)})
        if desk.as_json:
            print_json(read)
            return
        say(
            f"{read['title']} {read['api_version']}: {read['understood']} of {read['operations']} operations understood."
        )
        print_table(read["methods"], _METHODS, empty="No operation could be understood.")
        for title, name in (("Skipped", "skipped"), ("Warnings", "warnings")):
            if read[name]:
                head(f"\n{title}")
                print_table(read[name], _REMARKS, empty="")
        head("\nSuggested")
        print_table(
            [
                {"what": "endpoint", "value": one["endpoint"] or one["url"], "note": one["reason"]}
                for one in read["servers"]
            ]
            + [
                {"what": "sign-in", "value": one["scheme"] or "not possible yet", "note": one["reason"] or one["key"]}
                for one in read["sign_in"]
            ]
            + [{"what": "test path", "value": one, "note": ""} for one in read["test_paths"]],
            [("WHAT", "what"), ("VALUE", "value"), ("NOTE", "note")],
            empty="Nothing.",
        )
        if read["joined_operations"]:
            hint(
                f"{read['joined_operations']} operations ask for several at once: join them, as --scheme basic+bearer."
            )


@app.command("responsibilities")
def responsibilities(ctx: typer.Context) -> None:
    """Show what is to be reviewed and accepted before an integration is made, or lets somebody write."""
    with asking(ctx) as desk:
        text: JsonObject = desk.remote.get(path_of("integrations", "responsibilities"))
        if desk.as_json:
            print_json(text)
            return
        for point in text["points"]:
            say(f"- {point}")
        say(f"\n{text['statement']} (--accept-responsibilities {text['version']})")


@app.command(
    "create",
    epilog="Example: jackfield integration create Tickets tickets.yaml --access-group Desk "
    "--set endpoint=https://tickets.example.com/v1 --scheme bearer --secret token --accept-responsibilities 2026-11",
)
def create(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(help="What it is called in its business unit.")],
    document: DocumentFile,
    *,
    access_group: Annotated[
        list[str], typer.Option(help="A group that may use it at all; may be repeated, and can't be changed later.")
    ],
    description: Annotated[str, typer.Option(help="What it is for.")] = "",
    unit: _Unit = None,
    scheme: _Scheme = "none",
    sets: Set = None,
    secrets: SecretOption = None,
    secrets_stdin: SecretsStdin = False,
    accept: Accept = None,
) -> None:
    """Make an integration and test it; nobody may call anything until it is granted (`jackfield integration grant`)."""
    with asking(ctx) as desk:
        access = _read_access(desk.remote, unit, scheme, Given(sets or (), secrets or (), secrets_stdin))
        made: JsonObject = desk.remote.post(
            path_of("integrations"),
            {
                **access,
                "title": title,
                "description": description,
                "access_groups": [group_id(desk.remote, one) for one in access_group],
                "document": read_text(document),
                "accept_responsibilities": accept,
            },
        )
        desk.done(f"Made {made['title']} ({made['id']}) with {made['methods']} methods: {made['state']}.", made)
        if made["state"] != "connected":
            hint(f"{made['reason']}; correct it with `jackfield connection change`.")
            raise CommandError("it was kept, and is not connected")


@app.command(
    "check",
    epilog="Example: jackfield integration check --set endpoint=https://tickets.example.com/v1 "
    "--set test_path=me --scheme bearer --secret token",
)
def check(
    ctx: typer.Context,
    *,
    unit: _Unit = None,
    scheme: _Scheme = "none",
    sets: Set = None,
    secrets: SecretOption = None,
    secrets_stdin: SecretsStdin = False,
) -> None:
    """Try an endpoint and a sign-in before an integration is made of them, and show what was answered."""
    with asking(ctx) as desk:
        access = _read_access(desk.remote, unit, scheme, Given(sets or (), secrets or (), secrets_stdin))
        tried: JsonObject = desk.remote.post(path_of("connections", "checks"), {"connector": "openapi", **access})
        if desk.as_json:
            print_json(tried)
        else:
            _tell_check(tried)
        if not tried["connected"]:
            raise CommandError("nothing was made; it would not be connected")


def _read_access(remote: Remote, unit: str | None, scheme: str, given: Given) -> JsonObject:
    """Where it is made, its general details and its credentials, by the forms of the connector."""
    kind: JsonObject = remote.get(path_of("connectors", "openapi"))
    key, form = choose_scheme(kind, scheme)
    filled = fill_in(given, fields_of(kind["details"]), form, ask_missing=True)
    return {
        "business_unit_id": own_unit(remote) if unit is None else unit_id(remote, unit),
        "details": filled.details,
        "scheme": key,
        "credentials": filled.credentials,
    }


def _tell_check(tried: JsonObject) -> None:
    if not tried["connected"]:
        say(f"It doesn't connect: {tried['reason']}.")
        if tried["detail"]:
            say(tried["detail"])
        return
    say(f"Connected as {tried['account']} in {tried['duration_ms']} ms.")
    if tried["reach_only"]:
        hint("It answers; whether it takes the credentials is known with a test path (--set test_path=…).")
    if (answer := tried["answer"]) is not None:
        head(f"\n{answer['request']} answered {answer['status']} {answer['media_type']}")
        say(answer["text"])


@app.command("list")
def list_integrations(
    ctx: typer.Context,
    *,
    search: Annotated[str | None, typer.Option(help="Part of the title.")] = None,
    unit: Annotated[str | None, typer.Option(help="In this business unit.")] = None,
    limit: Limit = 50,
    everything: All = False,
) -> None:
    """List those that you may see, and those of which you may call a method."""
    with asking(ctx) as desk:
        desk.show_list(
            path_of("integrations"),
            [
                ("TITLE", "title"),
                ("STATE", "state"),
                ("METHODS", "methods"),
                ("GRANTED", "granted"),
                ("YOURS", "mine"),
                ("ID", "id"),
            ],
            limit=limit,
            everything=everything,
            empty="There is none. `jackfield integration create` makes one.",
            search=search,
            business_unit_id=unit and unit_id(desk.remote, unit),
        )


@app.command("show")
def show(ctx: typer.Context, integration: Which) -> None:
    """Show one, as far as you may see it."""
    with asking(ctx) as desk:
        found: JsonObject = desk.remote.get(path_of("integrations", integration))
        if desk.as_json:
            print_json(found)
            return
        groups = found["access_groups"]
        shown: dict[str, Any] = {
            **found,
            "business_unit": found["business_unit"]["name"],
            "document": f"{found['api_title']} {found['api_version']}, version {found['document_number']}",
            "access": ", ".join(one["name"] for one in groups) if groups is not None else "",
            "may": ", ".join(found["may"]),
        }
        fields: list[Column] = [
            ("title", "title"),
            ("description", "description"),
            ("business unit", "business_unit"),
            ("state", "state"),
            ("reason", "reason"),
            ("document", "document"),
            ("access groups", "access"),
            ("methods", "methods"),
            ("granted", "granted"),
            ("to be accepted", "held"),
            ("yours", "mine"),
            ("you may", "may"),
            ("id", "id"),
        ]
        print_fields(shown, fields)


@app.command("change")
def change(
    ctx: typer.Context,
    integration: Which,
    *,
    title: Annotated[str | None, typer.Option(help="A new title.")] = None,
    description: Annotated[str | None, typer.Option(help="A new description.")] = None,
) -> None:
    """Give it another title or description. Its access groups can't be changed by anybody."""
    given = {"title": title, "description": description}
    with asking(ctx) as desk:
        body = {name: value for name, value in given.items() if value is not None}
        changed: JsonObject = desk.remote.patch(path_of("integrations", integration), body)
        desk.done(f"Changed {changed['title']}.", changed)


@app.command("delete")
def delete(ctx: typer.Context, integration: Which, *, yes: Yes = False) -> None:
    """Delete it with its connection, and destroy its credentials at once."""
    with asking(ctx) as desk:
        confirm(f"Delete {integration} and destroy its credentials?", yes=yes)
        desk.remote.delete(path_of("integrations", integration))
        desk.done(f"Deleted {integration}; its credentials are destroyed.")


app.add_typer(integration_methods.app)
app.add_typer(integration_versions.app)
