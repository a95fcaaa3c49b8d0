"""The table of all commands, and running one of them."""

import contextlib
import sys
from pathlib import Path
from typing import Annotated, Final

import typer
from typer.main import get_command

from jackfield.cli.failures import FAILED, CommandError, failure_of, tell_failure, tell_unexpected
from jackfield.cli.lazy import Where, lazy_app
from jackfield.errors import HubError

_OPERATING: Final = "On the server's machine"
_SIGNING_IN: Final = "Signing in"
_WORKING: Final = "Connections"
_PROCESSES: Final = "Processes"
_DESCRIBING: Final = "Without a server"
_ADMINISTERING: Final = "People and rights"

_AUDIT: Final = {
    "list": Where("audit", "Show what was done, newest first.", "Through the server", "list_app"),
    "export": Where("audit", "Write the entries to a file.", "Through the server", "export_app"),
    "verify": Where("audit_chain", "Check that nothing recorded was changed.", _OPERATING, "verify_app"),
    "anchor": Where("audit_chain", "Print the end of the chain, to be kept elsewhere.", _OPERATING, "anchor_app"),
}
audit_app = lazy_app("What was done, by whom, and by which rule.", _AUDIT)

_COMMANDS: Final = {
    "serve": Where("serve", "Start the server; its settings are in docs/operate.md.", _OPERATING),
    "worker": Where("worker", "Carry runs on, without serving pages or the API.", _OPERATING),
    "doctor": Where("doctor", "Look whether everything here is as it should be.", _OPERATING),
    "keys": Where("keys", "Make, check and rotate the keys that secrets are sealed under.", _OPERATING),
    "code": Where("codes", "Make a new one-time sign-in code for a person.", _OPERATING),
    "example": Where("example", "The example company: take it away.", _OPERATING),
    "sign-in": Where("sign_in", "Sign in at a server, and keep an API token here.", _SIGNING_IN, "sign_in_app"),
    "sign-out": Where("sign_in", "Revoke that API token, and forget it.", _SIGNING_IN, "sign_out_app"),
    "whoami": Where("sign_in", "Show who you are at the server, and where.", _SIGNING_IN, "whoami_app"),
    "token": Where("tokens", "API tokens for programs.", _SIGNING_IN),
    "connection": Where("connections", "Make, share, use and end connections.", _WORKING),
    "process": Where("processes", "Make, publish and compare processes, and say who may run them.", _PROCESSES),
    "trigger": Where("triggers", "What starts runs: webhooks, schedules, mails and files.", _PROCESSES),
    "run": Where("runs", "Start runs, look into them, mend them.", _PROCESSES),
    "task": Where("tasks", "What runs ask people: answer it, ask others.", _PROCESSES),
    "integration": Where("integrations", "Systems that an OpenAPI document describes.", _WORKING),
    "call": Where("calls", "Call an action of a connection.", _WORKING),
    "explain": Where("explaining", "Why may somebody do something with a connection, or not?", _WORKING),
    "connector": Where("connectors", "The kinds of systems that can be connected.", _WORKING),
    "feature": Where("features", "Switch connectors on and off.", _WORKING),
    "outbound": Where("outbound", "Which systems inside the network may be reached.", _WORKING),
    "states": Where("states", "Check a process's definition, and run it here.", _DESCRIBING),
    "openapi": Where("openapi", "Look at an API's description, and at the requests it makes.", _DESCRIBING),
    "person": Where("people", "People.", _ADMINISTERING),
    "group": Where("groups", "Named sets of people.", _ADMINISTERING),
    "unit": Where("units", "Business units, and the roles in them.", _ADMINISTERING),
    "audit": Where("app", "What was done, by whom, and by which rule.", _ADMINISTERING, "audit_app"),
    "notices": Where("notices", "What you were told.", _ADMINISTERING),
}

app = lazy_app(
    "Third-party systems connected once, governed, and used by processes, apps and assistants.",
    _COMMANDS,
    epilog="First start: [bold]jackfield serve[/], then the [bold]jackfield sign-in[/] line that it prints.",
)


def _tell_version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version  # noqa: PLC0415  # takes longer to load than to ask

        typer.echo(f"jackfield {version('jackfield')}")
        raise typer.Exit


@app.callback()
def group(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Make `--version` an option of the program."""


def run() -> None:
    """Run the command that was typed; ends the process with its exit code."""
    arguments = sys.argv[1:]
    try:
        get_command(app)(arguments, prog_name="jackfield")
    except CommandError as error:
        tell_failure(error, as_json="--json" in arguments)
        sys.exit(error.exit_code)
    except HubError as error:
        tell_failure(failure_of(error), as_json="--json" in arguments)
        sys.exit(FAILED)
    except BrokenPipeError:
        # whoever read our output has seen enough
        sys.stderr.close()
        sys.exit(FAILED)
    except OSError as error:
        if error.filename is None or error.strerror is None:
            tell_unexpected(error, _log())
        else:
            tell_failure(CommandError(f"{error.filename}: {error.strerror.lower()}"), as_json="--json" in arguments)
        sys.exit(FAILED)
    except Exception as error:  # noqa: BLE001  # the last resort: nobody is to see a stack trace
        if reason := _find_database_failure(error):
            sentence = f"the database failed: {reason}; `jackfield doctor` looks over what is here"
            tell_failure(CommandError(sentence), as_json="--json" in arguments)
        else:
            tell_unexpected(error, _log())
        sys.exit(FAILED)


def _find_database_failure(error: Exception) -> str | None:
    # Loaded when it is needed: as the settings below.
    from jackfield.db import find_database_failure  # noqa: PLC0415

    return find_database_failure(error)


def _log() -> Path | None:
    # Loaded when it is needed: settings take longer to load than `--help` takes altogether.
    from jackfield.settings import ClientSettings  # noqa: PLC0415

    with contextlib.suppress(OSError):
        path = ClientSettings().log_file
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path
    return None


__all__ = ["app", "audit_app", "run"]
