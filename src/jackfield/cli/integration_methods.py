"""`jackfield integration methods|grant|matrix|call|explain`: what can be called, by whom, and calling it."""

from typing import Annotated, Any, Final

import typer

from jackfield.cli.calls import Arg, Args, Files, Key, Out, perform, read_arguments
from jackfield.cli.commands import All, Desk, Limit, asking, people_app
from jackfield.cli.explaining import tell_explanation
from jackfield.cli.failures import UsageError
from jackfield.cli.names import group_id, person_id, unit_id
from jackfield.cli.output import Column, hint, print_json, print_table, say
from jackfield.cli.pages import MOST_PAGES, perform_all
from jackfield.cli.remote import JsonObject, Remote, path_of
from jackfield.cli.schemas import fields_of

app = people_app()

Which = Annotated[str, typer.Argument(metavar="INTEGRATION", help="By title or id.")]
MethodName = Annotated[str, typer.Argument(metavar="METHOD", help="As `jackfield integration methods` lists them.")]
Accept = Annotated[
    str | None,
    typer.Option(
        "--accept-responsibilities",
        metavar="VERSION",
        help="That you have reviewed and understood them: `jackfield integration responsibilities`.",
    ),
]
_Tag = Annotated[str | None, typer.Option(help="With this tag.")]
_Verb = Annotated[str | None, typer.Option(help="With this verb, as GET.")]
_Effect = Annotated[str | None, typer.Option(help="read, write, destructive or sends_out.")]
_SIGNS: Final = {"allowed": "yes", "confirmation": "when confirmed", "no": "-"}


@app.command("methods")
def methods(
    ctx: typer.Context,
    integration: Which,
    *,
    search: Annotated[str | None, typer.Option(help="Part of the name, path, summary or a tag.")] = None,
    tag: _Tag = None,
    verb: _Verb = None,
    effect: _Effect = None,
    granted: Annotated[bool | None, typer.Option(help="Only those that are granted, or that aren't.")] = None,
    limit: Limit = 100,
    everything: All = False,
) -> None:
    """List its methods: all with their grants if you may read these, otherwise those that you may call."""
    with asking(ctx) as desk:
        rows, has_more = desk.remote.list_items(
            path_of("integrations", integration, "methods"),
            limit=None if everything else limit,
            search=search,
            tag=tag,
            verb=verb,
            effect=effect,
            granted=granted,
        )
        if desk.as_json:
            print_json(rows)
            return
        shown = [{**one, "mine": _SIGNS[one["use"]], "to": _granted_to(one["grant"])} for one in rows]
        columns: list[Column] = [
            ("METHOD", "name"),
            ("REQUEST", "label"),
            ("EFFECT", "effect"),
            ("YOU MAY", "mine"),
            ("GRANTED TO", "to"),
        ]
        print_table(shown, columns, empty="There is none, or none for you.")
        if has_more:
            hint(f"There are more than these {len(rows)}; --all shows them.")


@app.command(
    "grant",
    epilog="Example: jackfield integration grant Tickets listTickets getTicket --to-group Desk",
)
def grant(
    ctx: typer.Context,
    integration: Which,
    methods: Annotated[list[str] | None, typer.Argument(metavar="METHOD…", help="By name; or use the filters.")] = None,
    *,
    tag: _Tag = None,
    verb: _Verb = None,
    effect: _Effect = None,
    every: Annotated[bool, typer.Option("--every-method", help="All methods that the filters leave.")] = False,
    to_group: Annotated[list[str] | None, typer.Option(help="To a group; may be repeated.")] = None,
    to_unit: Annotated[list[str] | None, typer.Option(help="To a business unit; may be repeated.")] = None,
    to_person: Annotated[list[str] | None, typer.Option(help="To a person; may be repeated.")] = None,
    to_nobody: Annotated[bool, typer.Option("--to-nobody", help="Take the grants away.")] = False,
    confirmation: Annotated[
        bool | None, typer.Option(help="Whether each call must be confirmed; as the effect suggests if left out.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it would do.")] = False,
    accept: Accept = None,
) -> None:
    """Say who may call methods, within the access groups; of one level only: groups, business units or people."""
    if bool(methods) == bool(every or tag or verb or effect):
        raise UsageError("name methods, or choose them with --tag, --verb, --effect or --every-method")
    with asking(ctx) as desk:
        given = _grant(desk.remote, to_group, to_unit, to_person, to_nobody=to_nobody)
        if given is not None:
            given["confirmation"] = confirmation
        chosen: dict[str, Any] = (
            {"methods": methods} if methods else {"filter": {"tag": tag, "verb": verb, "effect": effect}}
        )
        body = {"changes": [{**chosen, "grant": given}], "accept_responsibilities": accept}
        path = path_of("integrations", integration, "grants")
        _tell_grants(desk, desk.remote.send("PUT", path, body=body, query={"dry_run": dry_run}).value)


@app.command("matrix")
def matrix(
    ctx: typer.Context,
    integration: Which,
    *,
    search: Annotated[str | None, typer.Option(help="Part of a person's name.")] = None,
    tag: _Tag = None,
) -> None:
    """Show who may call what: the people of the access groups, and the granted methods."""
    with asking(ctx) as desk:
        path = path_of("integrations", integration, "matrix")
        found: JsonObject = desk.remote.get(path, search=search, tag=tag, limit=200)
        if desk.as_json:
            print_json(found)
            return
        names = [one["name"] for one in found["methods"]]
        rows = [
            {"person": one["person"]["name"], **{str(at): _SIGNS[use] for at, use in enumerate(one["uses"])}}
            for one in found["items"]
        ]
        columns: list[Column] = [("PERSON", "person"), *((name, str(at)) for at, name in enumerate(names))]
        print_table(rows, columns, empty="Nobody is in the access groups.")
        if found["next"]:
            hint("There are more people; --search finds them.")


@app.command(
    "call", epilog='Example: jackfield integration call Tickets openTicket --args \'{"body": {"subject": "It hums"}}\''
)
def call(
    ctx: typer.Context,
    integration: Which,
    method: MethodName,
    *,
    arg: Arg = None,
    args: Args = None,
    file: Files = None,
    out: Out = None,
    idempotency_key: Key = None,
    all_pages: Annotated[
        bool, typer.Option("--all-pages", help="Go on to the end of a list that comes in pages; each page is one call.")
    ] = False,
    max_pages: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = MOST_PAGES,
) -> None:
    """Call a method that is granted to you. It is authorised, recorded and bounded like every use of a connection."""
    path = path_of("integrations", integration, "methods", method)
    if all_pages and idempotency_key is not None:
        raise UsageError("--all-pages makes many calls, and --idempotency-key is for one")
    with asking(ctx) as desk:
        arguments = read_arguments(args, arg, file, lambda: fields_of(desk.remote.get(path)["arguments"]))
        if all_pages:
            perform_all(desk, f"{path}/calls", arguments, most=max_pages, out=out)
        else:
            perform(desk, f"{path}/calls", {"arguments": arguments}, key=idempotency_key, out=out)


@app.command("explain")
def explain(
    ctx: typer.Context,
    integration: Which,
    method: MethodName,
    *,
    person: Annotated[str | None, typer.Option(help="Who; yourself if left out.")] = None,
) -> None:
    """Say why somebody may call a method, or why not, and who could change that."""
    with asking(ctx) as desk:
        who = person and person_id(desk.remote, person)
        path = path_of("integrations", integration, "methods", method, "explain")
        tell_explanation(desk, desk.remote.get(path, person_id=who), person or "you", f"{integration} {method}")


def _grant(
    remote: Remote,
    groups: list[str] | None,
    units: list[str] | None,
    people: list[str] | None,
    *,
    to_nobody: bool,
) -> dict[str, Any] | None:
    given = [bool(groups), bool(units), bool(people), to_nobody]
    if sum(given) != 1:
        raise UsageError("say to whom, with one of --to-group, --to-unit, --to-person and --to-nobody")
    if groups:
        return {"level": "groups", "entries": [group_id(remote, one) for one in groups]}
    if units:
        return {"level": "company", "entries": [unit_id(remote, one) for one in units]}
    if people:
        return {"level": "individuals", "entries": [person_id(remote, one) for one in people]}
    return None


def _granted_to(given: JsonObject | None) -> str:
    if given is None:
        return ""
    names = ", ".join(one["name"] for one in given["entries"])
    notes = [note for note, holds in (("confirmed", given["confirmation"]), ("to be accepted", given["held"])) if holds]
    return f"{names} ({', '.join(notes)})" if notes else names


def _tell_grants(desk: Desk, done: JsonObject) -> None:
    if desk.as_json:
        print_json(done)
        return
    verb = "Would be" if done["dry_run"] else "Were"
    say(f"{verb} granted {len(done['added'])}, changed {len(done['changed'])}, taken away {len(done['removed'])}.")
    if done["unconfirmed_writing"]:
        hint(f"These do more than read, and nobody confirms them: {', '.join(done['unconfirmed_writing'])}.")
    if done["dry_run"] and done["needs_responsibilities"]:
        hint("The responsibilities are to be accepted with it: `jackfield integration responsibilities`.")
