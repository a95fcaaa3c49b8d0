"""Acting as a person rather than as a token: signed in for a moment, as API tokens may not do everything."""

import socket
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Annotated

import typer

from jackfield.cli.commands import Desk
from jackfield.cli.failures import CommandError, UsageError
from jackfield.cli.prompts import ask_secret, read_secret_line
from jackfield.cli.remote import Answer, JsonObject, Remote
from jackfield.kernel import Secret

PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read your password from standard input instead of asking.")
]


def get_password(*, from_stdin: bool, twice: bool = False) -> Secret:
    """One's password, from the keyboard or from standard input.

    Raises:
        UsageError: It can't be had.
    """
    if from_stdin:
        return read_secret_line()
    return ask_secret("Password", twice=twice, otherwise="pipe it in with --password-stdin")


def begin_session(remote: Remote, path: str, body: JsonObject) -> JsonObject:
    """Sign in, and go on in that session; who signed in."""
    answer = remote.send("POST", path, body=body)
    remote.act_in_session(_cookie(answer))
    found: JsonObject = answer.value
    return found


def end_session(remote: Remote) -> None:
    """Sign out again; a session that can't be ended ends by itself."""
    with suppress(CommandError):
        remote.delete("/api/sessions/current")


@contextmanager
def in_session(desk: Desk, *, password_stdin: bool) -> Generator[Remote]:
    """The same server, in a session of the same person, while the block runs.

    Raises:
        UsageError: It isn't known who that is.
    """
    name = desk.profile.sign_in_name
    if not name:
        raise UsageError("this takes a person's session: sign in with `jackfield sign-in`, JACKFIELD_TOKEN won't do")
    password = get_password(from_stdin=password_stdin)
    begin_session(desk.remote, "/api/sessions", {"sign_in_name": name, "password": password.reveal()})
    try:
        yield desk.remote
    finally:
        end_session(desk.remote)


def machine_name() -> str:
    """What this machine is called, for the name of its token."""
    return "".join(one for one in socket.gethostname() if one.isprintable())[:60] or "this machine"


def _cookie(answer: Answer) -> str:
    found = next((value for name, value in answer.headers if name.lower() == "set-cookie"), "")
    pair = found.partition(";")[0].strip()
    if "=" not in pair:
        raise CommandError("the server began no session; is it Jackfield?")
    return pair
