"""`jackfield sign-in`, `sign-out` and `whoami`."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

import typer

from jackfield.cli.commands import asking, chosen, people_app
from jackfield.cli.failures import CommandError
from jackfield.cli.output import hint, print_json, say
from jackfield.cli.profiles import (
    DEFAULT,
    Profile,
    choose_profile,
    clean_server,
    forget_profile,
    keep_profile,
    read_profiles,
)
from jackfield.cli.remote import JsonObject, Remote, open_remote, path_of
from jackfield.cli.sessions import PasswordStdin, begin_session, end_session, get_password, machine_name
from jackfield.kernel import Secret
from jackfield.settings import ClientSettings

sign_in_app = typer.Typer(add_completion=False, rich_markup_mode="rich")
sign_out_app = people_app()
whoami_app = people_app()

SCOPES: Final = ("read", "use", "manage:connections", "manage:processes", "manage:directory", "audit")


@sign_in_app.command("sign-in", epilog="Example: jackfield sign-in https://jackfield.example.com --name anna")
def sign_in(
    url: Annotated[str, typer.Argument(help="The server, as https://jackfield.example.com.")],
    *,
    name: Annotated[str, typer.Option("--name", help="Your sign-in name.")],
    code: Annotated[str | None, typer.Option(help="A one-time code: you choose a new password with it.")] = None,
    password_stdin: PasswordStdin = False,
    scope: Annotated[
        list[str] | None, typer.Option("--scope", help=f"What to be able to do here: {', '.join(SCOPES)}; all of them.")
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, max=365, help="How long it lasts; 90 days.")] = None,
    profile: Annotated[str, typer.Option(help="What to call it, if you sign in at several.")] = DEFAULT,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Sign in at a server. An API token for this machine is made and kept in a file that only you may read."""
    settings = ClientSettings()
    server = clean_server(url)
    path = settings.profile_file
    before = read_profiles(path).by_name.get(profile)
    with open_remote(server, None) as remote:
        password = get_password(from_stdin=password_stdin, twice=code is not None)
        if code is None:
            body = {"sign_in_name": name, "password": password.reveal()}
            who = begin_session(remote, "/api/sessions", body)
        else:
            who = begin_session(
                remote, "/api/sessions/redeem-code", {"code": code.strip(), "password": password.reveal()}
            )
        try:
            made = _make_token(remote, scope or list(SCOPES), days)
            token: JsonObject = made["token"]
            keep_profile(path, Profile(profile, server, Secret(made["text"]), token["id"], name))
            if before is not None and before.server == server and before.token_id:
                _revoke(remote, before.token_id)
        finally:
            end_session(remote)
    if as_json:
        print_json({"server": server, "profile": profile, "name": who["name"], "token": token})
        return
    say(f"Signed in at {server} as {who['name']}, until {_day(token['expires_at'])}.")
    hint(f"The token is in {path}. `jackfield sign-out` revokes it.")


@sign_out_app.command("sign-out")
def sign_out(ctx: typer.Context) -> None:
    """Revoke the API token of this machine, and forget it."""
    settings = ClientSettings()
    options = chosen(ctx)
    profile = choose_profile(settings, name=options.profile, server=options.server)
    if not profile.name:
        raise CommandError("JACKFIELD_TOKEN is used here; unset it, and revoke it with `jackfield token revoke`")
    problem = ""
    try:
        with open_remote(profile.server, profile.token) as remote:
            remote.delete(path_of("tokens", profile.token_id))
    except CommandError as error:
        problem = error.message
    forget_profile(settings.profile_file, profile.name)
    if problem:
        hint(f"Forgotten here, but not revoked there: {problem}")
    else:
        say(f"Signed out at {profile.server}.")


@whoami_app.command("whoami")
def whoami(ctx: typer.Context) -> None:
    """Show who you are at the server, and what this sign-in may do."""
    with asking(ctx) as desk:
        me: JsonObject = desk.remote.get("/api/me")
        units = {} if desk.as_json else _unit_names(desk.remote, me)
        desk.show(
            {**me, "server": desk.profile.server, "profile": desk.profile.name},
            [
                ("server", "server"),
                ("profile", "profile"),
                ("name", "name"),
                ("id", "person_id"),
                ("roles in the installation", "installation_roles"),
                (
                    "business units",
                    lambda one: [
                        f"{units.get(unit['business_unit_id'], unit['business_unit_id'])} ({', '.join(unit['roles'])})"
                        for unit in one["business_units"]
                    ],
                ),
                ("may", "scopes"),
                ("unread notices", "unread_notices"),
            ],
        )


def _unit_names(remote: Remote, me: JsonObject) -> dict[str, str]:
    if not me["business_units"]:
        return {}
    rows, _ = remote.list_items(path_of("business-units"), limit=None)
    return {one["id"]: one["name"] for one in rows}


def _make_token(remote: Remote, scopes: list[str], days: int | None) -> JsonObject:
    body: dict[str, Any] = {"name": f"jackfield on {machine_name()}", "scopes": scopes}
    if days is not None:
        body["expires_at"] = (datetime.now(UTC) + timedelta(days=days)).isoformat()
    made: JsonObject = remote.post("/api/tokens", body)
    return made


def _revoke(remote: Remote, token_id: str) -> None:
    try:
        remote.delete(path_of("tokens", token_id))
    except CommandError as error:
        hint(f"The token of the sign-in before was not revoked: {error.message}")


def _day(text: str) -> str:
    return datetime.fromisoformat(text).astimezone().strftime("%Y-%m-%d")
