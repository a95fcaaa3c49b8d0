"""How a people's command is declared: with `--profile`, `--server` and `--json`, and a server at hand.

app = people_app("Named sets of people.")

@app.command("list")
def list_groups(ctx: typer.Context, limit: Limit = 50, everything: All = False) -> None:
    with asking(ctx) as desk:
        desk.show_list(...)
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from jackfield.cli.output import Column, hint, print_fields, print_json, print_table, say
from jackfield.cli.profiles import Profile, choose_profile
from jackfield.cli.remote import JsonObject, Remote, open_remote
from jackfield.settings import ClientSettings

_PANEL = "Server and output"

Limit = Annotated[int, typer.Option("--limit", min=1, help="How many at most.")]
All = Annotated[bool, typer.Option("--all", help="All of them, however many.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")]
Where = Annotated[
    str | None, typer.Option("--profile", help="Which sign-in to use; JACKFIELD_PROFILE.", rich_help_panel=_PANEL)
]
Server = Annotated[
    str | None,
    typer.Option("--server", help="The server to use, by its URL; JACKFIELD_SERVER.", rich_help_panel=_PANEL),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.", rich_help_panel=_PANEL)]


def _options(profile: Where = None, server: Server = None, as_json: AsJson = False) -> None:
    """The options of every such command."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What these options say."""

    profile: str | None
    server: str | None
    as_json: bool


class PeopleCommand(TyperCommand):
    """A command with these options; its function finds them in the context."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(_common_params())

    def invoke(self, ctx: Any) -> Any:
        """Keep the options in the context and hand the rest to the function."""
        params: dict[str, Any] = ctx.params
        ctx.obj = Chosen(
            profile=params.pop("profile", None),
            server=params.pop("server", None),
            as_json=bool(params.pop("as_json", False)),
        )
        return super().invoke(ctx)


def _common_params() -> list[Any]:
    carrier = typer.Typer(add_completion=False)
    carrier.command()(_options)
    # The last is --help, which every command has already.
    return [one for one in typer.main.get_command(carrier).params if one.name != "help"]


class PeopleApp(typer.Typer):
    """A group of such commands."""

    def command(self, name: str | None = None, **options: Any) -> Callable[[Any], Any]:
        """Declare one."""
        return super().command(name, cls=PeopleCommand, **options)


def people_app(help: str | None = None) -> PeopleApp:  # noqa: A002  # as typer calls it
    """A group of people's commands."""
    return PeopleApp(help=help, no_args_is_help=True, add_completion=False, rich_markup_mode="rich")


def chosen(ctx: typer.Context) -> Chosen:
    """The common options of this call."""
    found: Chosen = ctx.obj
    return found


@dataclass(frozen=True, slots=True)
class Desk:
    """A server at hand, and how to show what it says."""

    remote: Remote
    profile: Profile
    as_json: bool

    def show(self, value: JsonObject, fields: Iterable[Column]) -> None:
        """One thing."""
        if self.as_json:
            print_json(value)
        else:
            print_fields(value, fields)

    def show_rows(self, rows: Sequence[JsonObject], columns: Sequence[Column], *, empty: str) -> None:
        """Things that come all at once."""
        if self.as_json:
            print_json(rows)
        else:
            print_table(rows, columns, empty=empty)

    def show_list(
        self, path: str, columns: Sequence[Column], *, limit: int, everything: bool, empty: str, **query: Any
    ) -> None:
        """A list of the server."""
        rows, has_more = self.remote.list_items(path, limit=None if everything else limit, **query)
        self.show_rows(rows, columns, empty=empty)
        if has_more:
            hint(f"There are more than these {len(rows)}; --all shows them.")

    def done(self, text: str, value: Any = None) -> None:
        """A sentence that something was done; for programs, what the server answered."""
        if self.as_json:
            print_json({} if value is None else value)
        else:
            say(text)


@contextmanager
def asking(ctx: typer.Context) -> Generator[Desk]:
    """The server that was chosen, as the person who signed in there."""
    options = chosen(ctx)
    profile = choose_profile(ClientSettings(), name=options.profile, server=options.server)
    with open_remote(profile.server, profile.token) as remote:
        yield Desk(remote, profile, options.as_json)
