"""What is typed wrong gets one sentence and an exit code; what is secret is never seen."""

import os
import pty
import secrets
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from jackfield.catalog.http.declarations import RequestArguments
from jackfield.cli.calls import read_arguments
from jackfield.cli.failures import UsageError
from jackfield.cli.schemas import fields_of, read_value
from servers import nginx
from servers.jackfield import JackfieldServer, clean_environment, run_jackfield
from servers.nginx import Nginx

CANARY = "canary-7f3a9c"


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("connection", "show", "no such thing"), 1, "no such connection"),
        (("connector", "show", "fax"), 1, "there is no connector 'fax'"),
        (("person", "show", "nobody@example.com"), 1, "there is no person"),
        (("unit", "members", "Nowhere"), 1, "there is no business unit"),
        (("group", "create", ""), 1, "name: "),
        (("outbound", "allow", "127.1"), 1, "an outbound target is"),
        (("explain", "admin", "bribe", "x"), 1, "act: "),
        (("audit", "list", "--since", "yesterday"), 2, "--since must be a day"),
        (("call", "x", "request", "--args", "{"), 2, "not JSON"),
        (("call", "x", "request", "--args", "[]"), 2, "must be a JSON object"),
        (("connection", "authorize", "x"), 2, "--everybody"),
        (("connection", "create", "x", "--connector", "http"), 2, "--scheme"),
        (("connection", "frobnicate"), 2, "No such command"),
        (("whoami", "--profile", "other"), 3, "there is no profile 'other'"),
        (("whoami", "--server", "http://127.0.0.1:9"), 3, "aren't signed in at http://127.0.0.1:9"),
        (("whoami", "--server", "http://example.com"), 3, "aren't signed in"),
    ],
)
def test_bad_input_gets_one_sentence_and_never_a_stack_trace(
    server: JackfieldServer, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    ran = server.run(*arguments, expect=code)

    assert sentence in ran.err
    assert ran.out == ""
    assert "Traceback" not in ran.err


def test_for_programs_a_refusal_is_json_with_its_code(server: JackfieldServer) -> None:
    ran = server.run("connection", "show", "no such thing", "--json", expect=1)

    assert '"code": "connection.not_found"' in ran.err


def test_a_server_that_is_not_there_is_told_apart_from_a_refusal(server: JackfieldServer) -> None:
    elsewhere = {"JACKFIELD_SERVER": "http://127.0.0.1:9", "JACKFIELD_TOKEN": "jft_x"}

    ran = server.run("whoami", environment=elsewhere, home="nobody", expect=4)

    assert "is the server running?" in ran.err


def test_a_password_is_not_sent_unencrypted_to_another_machine(server: JackfieldServer) -> None:
    ran = server.run(
        *("sign-in", "http://192.0.2.1:8050", "--name", "admin", "--password-stdin"),
        stdin=f"{CANARY}\n",
        home="nobody",
        expect=2,
    )

    assert "https" in ran.err
    assert CANARY not in ran.err


def test_profiles_that_others_can_read_are_refused(server: JackfieldServer) -> None:
    name = f"emil-{secrets.token_hex(4)}"
    server.add_person(name)
    path = server.folder / "homes" / name / "config/jackfield/profiles.json"
    mode = path.stat().st_mode & 0o777
    path.chmod(0o640)

    ran = server.run("whoami", home=name, expect=1)

    assert mode == 0o600
    assert f"chmod 600 {path}" in ran.err


def test_help_is_there_without_any_setting_or_server(tmp_path: Path) -> None:
    environment = clean_environment(tmp_path)

    for words in ((), ("connection",), ("call",), ("keys", "rotate"), ("audit",), ("sign-in",)):
        ran = run_jackfield(*words, "--help", environment=environment)
        assert ran.code == 0, ran
        assert "Usage: jackfield" in ran.out


def test_help_loads_neither_the_server_nor_the_database() -> None:
    code = (
        "import sys; from jackfield.cli.app import run\nsys.argv = ['jackfield', '--help']\n"
        "try: run()\nexcept SystemExit: pass\n"
        "print([m for m in ('fastapi', 'sqlalchemy', 'aiohttp', 'tink', 'pydantic') if m in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout.splitlines()[-1] == "[]"


def test_the_line_to_sign_in_with_is_one_that_a_shell_takes(server: JackfieldServer) -> None:
    name = f"anna $(id) 'q' {secrets.token_hex(4)}"
    made = server.run("person", "create", "Anna", "--sign-in-name", name)
    again = server.run("code", name)

    for said in (made.out, again.out):
        line = next(one for one in said.splitlines() if "jackfield sign-in" in one)
        words = shlex.split(line)
        assert words[words.index("--name") + 1] == name


def as_typed(*typed: str) -> Any:
    return read_arguments(None, list(typed), None, lambda: fields_of(RequestArguments.model_json_schema()))


def test_an_argument_inside_of_another_is_read_by_its_own_type() -> None:
    found = as_typed(
        "headers.x-page=1", "query.page=2", "query.name=x", "body.type=text", "body.value=3", "expect=[200]"
    )

    assert found == {
        "headers": {"x-page": "1"},
        "query": {"page": 2, "name": "x"},
        "body": {"type": "text", "value": 3},
        "expect": [200],
    }


def test_an_argument_that_is_given_twice_is_refused() -> None:
    with pytest.raises(UsageError, match=r"--arg query\.a is given twice"):
        as_typed("query.a=1", "query.a=2")


@pytest.mark.parametrize("typed", ["nan", "inf", "1e999", "9" * 5000])
def test_a_number_that_json_does_not_have_is_no_number(typed: str) -> None:
    number = fields_of({"properties": {"x": {"type": "number"}}})["x"]

    with pytest.raises(UsageError, match="x must be a number"):
        read_value(number, typed, where="x")


@pytest.mark.requirement("D02")
@pytest.mark.parametrize("option", ["--set", "--secret"])
def test_a_secret_as_a_plain_argument_is_refused_and_not_repeated(
    server: JackfieldServer, web: Nginx, option: str
) -> None:
    ran = server.run(
        *("connection", "create", "x", "--connector", "http", "--scheme", "bearer"),
        *("--set", f"base_url={web.base}/bearer/", option, f"token={CANARY}"),
        expect=2,
    )

    assert "--secret token" in ran.err
    assert "history" in ran.err
    assert CANARY not in ran.err + ran.out


@pytest.mark.requirement("D02")
@pytest.mark.parametrize(
    "given",
    [
        f'{{"token": {{"inner": "{CANARY}"}}}}',
        f'{{"token": "{CANARY}", "other": "{CANARY}"}}',
        f'{{"token": "{CANARY}"',
        f'{{"token": "{CANARY}\\u0000"}}',
        f'["{CANARY}"]',
    ],
)
def test_broken_secrets_are_refused_without_being_repeated(server: JackfieldServer, web: Nginx, given: str) -> None:
    unit = f"Unit {secrets.token_hex(4)}"
    server.run("unit", "create", unit)
    server.run("unit", "add-member", unit, "admin", "--role", "editor")

    ran = server.run(
        *("connection", "create", "x", "--unit", unit, "--connector", "http", "--scheme", "bearer"),
        *("--set", f"base_url={web.base}/bearer/", "--secrets-stdin"),
        stdin=given,
        expect=None,
    )

    assert ran.code in {1, 2}
    assert CANARY not in ran.err + ran.out
    assert CANARY not in server.log.read_text()


def test_a_secret_is_asked_for_without_echo(server: JackfieldServer, web: Nginx) -> None:
    name, unit = f"Asked {secrets.token_hex(4)}", f"Unit {secrets.token_hex(4)}"
    server.run("unit", "create", unit)
    server.run("unit", "add-member", unit, "admin", "--role", "editor")
    server.run("outbound", "allow", f"127.0.0.1:{web.port}", "--unit", unit)
    arguments = ["connection", "create", name, "--unit", unit, "--connector", "http", "--scheme", "bearer"]
    home = server.folder / "homes" / "admin"
    environment = {**server.environment, "HOME": str(home), "XDG_CONFIG_HOME": str(home / "config")}
    ours, theirs = pty.openpty()

    process = subprocess.Popen(
        [sys.executable, "-m", "jackfield", *arguments, "--set", f"base_url={web.base}/bearer/"],
        env=environment,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stderr is not None
    prompt = b""
    while not prompt.endswith(b"token: ") and (read := process.stderr.read(1)):
        prompt += read
    os.write(ours, nginx.TOKEN.encode() + b"\n")
    out, err = process.communicate(timeout=60)
    os.set_blocking(ours, False)
    try:
        echoed = os.read(ours, 4096)
    except BlockingIOError:
        echoed = b""
    os.close(ours)
    os.close(theirs)

    assert b"connected" in out, err
    assert nginx.TOKEN.encode() not in out + err + prompt + echoed


def test_stored_text_is_no_markup(server: JackfieldServer) -> None:
    name = f"[red]{secrets.token_hex(4)}[/b]"

    made = server.run("group", "create", name)
    listed = server.run("group", "list", "--search", name)
    members = server.run("group", "members", name)

    assert name in made.out
    assert name in listed.out
    assert name in members.err
