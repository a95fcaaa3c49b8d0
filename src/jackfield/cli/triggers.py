"""`jackfield trigger`: what starts runs of processes; made, changed, paused, looked at, replayed."""

from typing import Annotated, Final

import typer

from jackfield.cli.commands import All, Limit, Yes, asking, people_app
from jackfield.cli.credentials import Given, SecretOption, Set, fill_in
from jackfield.cli.failures import CommandError
from jackfield.cli.names import trigger_id
from jackfield.cli.output import Column, hint
from jackfield.cli.prompts import confirm
from jackfield.cli.remote import JsonObject, Remote, path_of
from jackfield.cli.schemas import Field, fields_of

app = people_app("Triggers: what starts runs of processes. Webhooks, schedules, mails and files that arrive.")

Which = Annotated[str, typer.Argument(metavar="TRIGGER", help="By name or id.")]
Event = Annotated[str, typer.Argument(metavar="EVENT", help="By id, as `jackfield trigger events` shows it.")]
Connection = Annotated[str | None, typer.Option(help="The connection that it looks at, by name or id.")]

_COLUMNS: Final[list[Column]] = [
    ("NAME", "name"),
    ("KIND", "kind"),
    ("PROCESS", lambda one: one["process"]["name"]),
    ("STATE", "state"),
    ("LAST EVENT", "last_event_at"),
    ("ID", "id"),
]
_FIELDS: Final[list[Column]] = [
    *_COLUMNS[:4],
    ("WHY", "reason"),
    ("ADDRESS", "path"),
    ("CONNECTION", lambda one: one["connection"]["name"] if one["connection"] else ""),
    ("SETTINGS", lambda one: ", ".join(f"{name}={value}" for name, value in one["settings"].items() if value != "")),
    ("LOOKED YET", lambda one: "" if one["has_begun"] else "no: what arrives before its first look starts nothing"),
    ("HEARS AT ONCE", lambda one: one["is_listening"] or ""),
    ("NEXT", lambda one: ", ".join(one["next_times"][:3])),
    ("TROUBLE", lambda one: f"{one['trouble']['at']}: {one['trouble']['message']}" if one["trouble"] else ""),
    *_COLUMNS[4:],
]
_EVENTS: Final[list[Column]] = [
    ("AT", "at"),
    ("WHAT", "what"),
    ("OUTCOME", "outcome"),
    ("RUN", "run_id"),
    ("WHY", "reason"),
    ("ID", "id"),
]
_KINDS: Final[list[Column]] = [
    ("KIND", "key"),
    ("WHAT", "description"),
    ("LOOKS AT", lambda one: ", ".join(one["connectors"])),
]
_SETTINGS: Final[list[Column]] = [("SETTING", "name"), ("TYPE", "type"), ("DEFAULT", "default"), ("WHAT", "what")]


@app.command("kinds", epilog="Example: jackfield trigger kinds schedule")
def kinds(
    ctx: typer.Context, kind: Annotated[str | None, typer.Argument(help="Show what is filled in for this one.")] = None
) -> None:
    """List the kinds of triggers, or what is filled in for one."""
    with asking(ctx) as desk:
        found = _kinds(desk.remote)
        if kind is None:
            desk.show_rows(list(found.values()), _KINDS, empty="There is none.")
            return
        form = fields_of(_kind(found, kind)["settings"])
        desk.show_rows([_described(one) for one in form.values()], _SETTINGS, empty="Nothing is filled in.")


@app.command("list")
def list_triggers(
    ctx: typer.Context,
    *,
    search: Annotated[str | None, typer.Option(help="Part of the name.")] = None,
    process: Annotated[str | None, typer.Option(help="Of this process, by name or id.")] = None,
    kind: Annotated[str | None, typer.Option(help="Of this kind.")] = None,
    limit: Limit = 50,
    everything: All = False,
) -> None:
    """List the triggers of processes that you edit or audit."""
    with asking(ctx) as desk:
        of: JsonObject | None = None if process is None else desk.remote.get(path_of("processes", process))
        desk.show_list(
            path_of("triggers"),
            _COLUMNS,
            limit=limit,
            everything=everything,
            empty="There is none. `jackfield trigger create NAME --process …` makes one.",
            search=search,
            process_id=of and of["id"],
            kind=kind,
        )


@app.command("show")
def show(ctx: typer.Context, trigger: Which) -> None:
    """Show one trigger."""
    with asking(ctx) as desk:
        found: JsonObject = desk.remote.get(path_of("triggers", trigger_id(desk.remote, trigger)))
        desk.show(found, _FIELDS)


@app.command(
    "create",
    epilog='Example: jackfield trigger create "Every morning" --process "Book an order" --kind schedule '
    '--set "cron=0 8 * * 1-5" --set zone=Europe/Berlin',
)
def create(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="What it is called in its process.")],
    *,
    process: Annotated[str, typer.Option(help="The process, by name or id.")],
    kind: Annotated[str, typer.Option(help="As `jackfield trigger kinds` shows them.")],
    connection: Connection = None,
    sets: Set = None,
    paused: Annotated[bool, typer.Option("--paused", help="Make it, and don't start runs yet.")] = False,
) -> None:
    """Make a trigger of a process. The secret of a webhook is printed once."""
    with asking(ctx) as desk:
        form = fields_of(_kind(_kinds(desk.remote), kind)["settings"])
        body = {
            "process": process,
            "name": name,
            "kind": kind,
            "settings": _filled(sets, form),
            "connection": connection,
            "is_enabled": not paused,
        }
        made: JsonObject = desk.remote.post(path_of("triggers"), body)
        desk.done(f"Made the trigger {made['name']} ({made['id']}).", made)
        if not desk.as_json and made["path"]:
            desk.done(f"Send to   {desk.profile.server.rstrip('/')}{made['path']}")
        if not desk.as_json and made["secret"]:
            desk.done(f"Secret    {made['secret']}")
            hint("The secret is not shown again; hand it to the sender.")


@app.command("change", epilog='Example: jackfield trigger change "Every morning" --set "cron=30 7 * * 1-5"')
def change(
    ctx: typer.Context,
    trigger: Which,
    *,
    name: Annotated[str | None, typer.Option(help="Another name.")] = None,
    connection: Connection = None,
    sets: Set = None,
) -> None:
    """Rename it, set it otherwise, have it look at another connection; what isn't given stays."""
    with asking(ctx) as desk:
        where = path_of("triggers", trigger_id(desk.remote, trigger))
        found: JsonObject = desk.remote.get(where)
        form = fields_of(_kind(_kinds(desk.remote), found["kind"])["settings"])
        settings = {**found["settings"], **_filled(sets, form)} if sets else None
        changed: JsonObject = desk.remote.patch(where, {"name": name, "settings": settings, "connection": connection})
        desk.done(f"Changed the trigger {changed['name']}.", changed)


@app.command("pause")
def pause(ctx: typer.Context, trigger: Which) -> None:
    """Have it start no runs; it keeps its place."""
    _set_state(ctx, trigger, is_enabled=False, text="It starts no runs until `jackfield trigger resume`.")


@app.command("resume")
def resume(ctx: typer.Context, trigger: Which) -> None:
    """Have it start runs again, from where it was."""
    _set_state(ctx, trigger, is_enabled=True, text="It starts runs.")


@app.command("look")
def look(ctx: typer.Context, trigger: Which) -> None:
    """Show what it would start runs for now, without starting any."""
    with asking(ctx) as desk:
        sight: JsonObject = desk.remote.post(path_of("triggers", trigger_id(desk.remote, trigger), "look"))
        columns: list[Column] = [("WHAT", "what"), ("STARTED BEFORE", "is_known")]
        desk.show_rows(sight["found"], columns, empty="There is nothing.")


@app.command("events", epilog='Example: jackfield trigger events "Orders of the shop" --outcome refused')
def events(
    ctx: typer.Context,
    trigger: Which,
    *,
    outcome: Annotated[str | None, typer.Option(help="waiting, started, refused or skipped.")] = None,
    limit: Limit = 50,
    everything: All = False,
) -> None:
    """List what happened, the newest first."""
    with asking(ctx) as desk:
        desk.show_list(
            path_of("triggers", trigger_id(desk.remote, trigger), "events"),
            _EVENTS,
            limit=limit,
            everything=everything,
            empty="Nothing has happened, as far as is kept.",
            outcome=outcome,
        )


@app.command("replay")
def replay(ctx: typer.Context, trigger: Which, event: Event, *, yes: Yes = False) -> None:
    """Start a new run with the input of an event."""
    with asking(ctx) as desk:
        confirm("Start another run for what happened then?", yes=yes)
        path = path_of("triggers", trigger_id(desk.remote, trigger), "events", event, "replay")
        again: JsonObject = desk.remote.post(path)
        if again["run_id"] is None:
            raise CommandError(f"no run was started: {again['reason']}")
        desk.done(f"Started the run {again['run_id']}.", again)


@app.command("secret", epilog='Example: jackfield trigger secret "Orders of the shop" --retire 1')
def secret(
    ctx: typer.Context,
    trigger: Which,
    *,
    secrets: SecretOption = None,
    retire: Annotated[int | None, typer.Option(min=1, help="Destroy the one of this number.")] = None,
) -> None:
    """Put a secret of a webhook in force beside the one that is, or destroy one.

    `--secret secret` asks for one that the sender has made; without it a new one is made, and printed once.
    """
    with asking(ctx) as desk:
        where = path_of("triggers", trigger_id(desk.remote, trigger), "secrets")
        if retire is not None:
            desk.remote.delete(f"{where}/{retire}")
            desk.done(f"Destroyed the secret {retire}.")
            return
        form = {"secret": _SECRET}
        given = fill_in(Given((), secrets or (), secrets_stdin=False), {}, form, ask_missing=False).credentials
        made: JsonObject = desk.remote.post(where, given)
        desk.done(f"The secret {made['number']} is in force.", made)
        if not desk.as_json and not given:
            desk.done(f"Secret    {made['secret']}")
            hint("It is not shown again; hand it to the sender.")


@app.command("new-address")
def new_address(ctx: typer.Context, trigger: Which, *, yes: Yes = False) -> None:
    """Give a webhook another address; nobody listens at the one before."""
    with asking(ctx) as desk:
        confirm(f"Have nobody listen any more at the address of {trigger}?", yes=yes)
        changed: JsonObject = desk.remote.post(path_of("triggers", trigger_id(desk.remote, trigger), "address"))
        desk.done(f"Send to   {desk.profile.server.rstrip('/')}{changed['path']}", changed)


@app.command("delete")
def delete(ctx: typer.Context, trigger: Which, *, yes: Yes = False) -> None:
    """Delete it; runs that it started go on."""
    with asking(ctx) as desk:
        confirm(f"Delete the trigger {trigger}?", yes=yes)
        desk.remote.delete(path_of("triggers", trigger_id(desk.remote, trigger)))
        desk.done(f"Deleted the trigger {trigger}.")


_SECRET: Final = Field("secret", frozenset({"string"}), False, True, False, "", (), None)


def _set_state(ctx: typer.Context, trigger: str, *, is_enabled: bool, text: str) -> None:
    with asking(ctx) as desk:
        path = path_of("triggers", trigger_id(desk.remote, trigger), "state")
        changed: JsonObject = desk.remote.put(path, {"is_enabled": is_enabled})
        desk.done(text, changed)


def _kinds(remote: Remote) -> dict[str, JsonObject]:
    found: JsonObject = remote.get(path_of("trigger-kinds"))
    return {one["key"]: one for one in found["items"]}


def _kind(found: dict[str, JsonObject], key: str) -> JsonObject:
    if key not in found:
        raise CommandError(f"there is no kind of trigger {key[:60]!r}; there are {', '.join(found)}")
    return found[key]


def _filled(sets: list[str] | None, form: dict[str, Field]) -> JsonObject:
    return fill_in(Given(sets or (), (), secrets_stdin=False), form, {}, ask_missing=False).details


def _described(field: Field) -> JsonObject:
    default = "" if field.is_required else field.default
    return {"name": field.name, "type": field.type_text, "default": default, "what": field.description}
