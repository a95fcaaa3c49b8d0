"""The path of the README, on the real program: from the first sign-in to the audit."""

import re
import secrets
from pathlib import Path

import pytest

from servers import nginx
from servers.jackfield import JackfieldServer
from servers.nginx import Nginx


def test_nobody_is_signed_in_before_the_first_code_is_redeemed(server: JackfieldServer) -> None:
    ran = server.run("whoami", home="stranger", expect=3)

    assert "jackfield sign-in" in ran.err
    assert ran.out == ""


def test_the_code_of_the_first_start_works_once(server: JackfieldServer) -> None:
    ran = server.run(
        *("sign-in", server.url, "--name", "admin", "--code", server.code, "--password-stdin"),
        stdin="another long password of mine\n",
        home="thief",
        expect=3,
    )

    assert "code" in ran.err


@pytest.mark.requirement("E3")
def test_a_connection_is_made_used_shared_narrowed_explained_reconnected_and_deleted(
    server: JackfieldServer, web: Nginx, tmp_path: Path
) -> None:
    unit, name = f"Unit {secrets.token_hex(4)}", f"Archive {secrets.token_hex(4)}"
    anna, ben = f"anna-{secrets.token_hex(4)}", f"ben-{secrets.token_hex(4)}"
    token = tmp_path / "token"
    token.write_text(nginx.TOKEN + "\n")
    (web.files / "invoices.json").write_text('{"open": 3}')
    server.run("unit", "create", unit)
    for person in (anna, ben):
        server.add_person(person)
        server.run("unit", "add-member", unit, person, "--role", "editor")
    server.run("group", "create", f"Group of {anna}")
    server.run("group", "add", f"Group of {anna}", anna)
    server.run("outbound", "allow", f"127.0.0.1:{web.port}", "--unit", unit)

    made = server.run(
        *("connection", "create", name, "--unit", unit, "--connector", "http", "--scheme", "bearer"),
        *("--set", f"base_url={web.base}/bearer/", "--secret", f"token=@{token}", "--json"),
        home=anna,
    ).json
    called = server.run("call", name, "request", "--arg", "path=/invoices.json", "--json", home=ben).json
    server.run("connection", "share", name, ben, home=anna)
    server.run("connection", "unshare", name, ben, home=anna)
    server.run("connection", "authorize", name, "--group", f"Group of {anna}", home=anna)
    refused = server.run("call", name, "request", "--arg", "path=/invoices.json", home=ben, expect=1)
    why = server.run("explain", ben, "use", name, "--json", home=anna).json
    every = server.run("connection", "explain", name, "--person", ben, "--json", home=anna).json
    seen = server.run("connection", "list", "--as", anna, "--json").json
    server.run("connection", "rename", name, f"{name} of {anna}", home=anna)
    name = f"{name} of {anna}"
    failed = server.run(
        *("connection", "reconnect", name, "--secrets-stdin"), stdin='{"token": "wrong"}', home=anna, expect=1
    )
    still = server.run("call", name, "request", "--arg", "path=/invoices.json", "--json", home=anna).json
    server.run("connection", "reconnect", name, "--secret", f"token=@{token}", home=anna)
    server.run("connection", "roll-back", name, home=anna)
    server.run("connection", "delete", name, "--yes", home=anna)
    entries = server.run("audit", "list", "--object-id", made["id"], "--all", "--json").json

    assert made["state"] == "connected"
    assert called["result"]["data"] == still["result"]["data"] == {"open": 3}
    assert "C8" in refused.err or "no such connection" in refused.err
    assert (why["allowed"], why["rule"]) == (False, "C8")
    assert [one for one in every if one["act"] == "use"] == [why]
    assert made["id"] in {one["id"] for one in seen}
    assert "wrong" not in failed.err + failed.out
    acts = [one["name"] for one in reversed(entries)]
    wanted = ["create", "use", "share", "remove_admin", "rename", "reconnect", "roll_back", "delete"]
    assert [one for one in acts if one in {f"connection.{act}" for act in wanted}]
    assert {f"connection.{act}" for act in wanted} <= set(acts)
    assert all(one["door"] == "cli" for one in entries if one["actor"]["kind"] == "person")


def test_a_page_says_that_there_is_more_and_all_has_it(server: JackfieldServer) -> None:
    mark = secrets.token_hex(4)
    for number in range(3):
        server.run("group", "create", f"{mark} {number}")

    some = server.run("group", "list", "--search", mark, "--limit", "2")
    everything = server.run("group", "list", "--search", mark, "--all", "--limit", "1", "--json").json

    assert "--all" in some.err
    assert f"{mark} 2" not in some.out
    assert [one["name"] for one in everything] == [f"{mark} {number}" for number in range(3)]


def test_a_result_is_written_where_one_says_and_never_over_a_file(
    server: JackfieldServer, web: Nginx, tmp_path: Path
) -> None:
    name, out = f"Plain {secrets.token_hex(4)}", tmp_path / "out"
    unit = f"Unit {secrets.token_hex(4)}"
    (web.files / "blob.bin").write_bytes(bytes(range(256)))
    server.run("unit", "create", unit)
    server.run("unit", "add-member", unit, "admin", "--role", "administrator")
    server.run("outbound", "allow", f"127.0.0.1:{web.port}", "--unit", unit)
    arguments = ("--connector", "http", "--scheme", "none", "--set", f"base_url={web.base}/")
    server.run("connection", "create", name, "--unit", unit, *arguments)

    server.run("call", name, "request", "--arg", "path=/blob.bin", "--out", str(out))
    again = server.run("call", name, "request", "--arg", "path=/blob.bin", "--out", str(out), expect=1)

    assert out.read_bytes() == bytes(range(256))
    assert out.stat().st_mode & 0o777 == 0o600
    assert "there already" in again.err


def test_turning_a_feature_off_shows_its_impact_and_needs_a_yes(server: JackfieldServer) -> None:
    unit = f"Unit {secrets.token_hex(4)}"
    server.run("unit", "create", unit)

    unanswered = server.run("feature", "off", "sftp", "--unit", unit, expect=2)
    off = server.run("feature", "off", "sftp", "--unit", unit, "--yes")
    listed = server.run("feature", "list", "--unit", unit, "--json").json

    assert "--yes" in unanswered.err
    assert "0 connections freeze" in off.err
    assert [one["connector"] for one in listed if not one["is_on"]] == ["sftp"]


@pytest.mark.requirement("D18")
def test_tokens_are_made_with_a_password_and_revoked_when_signing_out(server: JackfieldServer) -> None:
    name = f"dora-{secrets.token_hex(4)}"
    server.add_person(name)

    unasked = server.run("token", "create", "filing", "--scope", "read", home=name, expect=2)
    made = server.run(
        *("token", "create", "filing", "--scope", "read", "--password-stdin", "--json"),
        stdin="correct horse battery staple\n",
        home=name,
    ).json
    with_token = {"JACKFIELD_SERVER": server.url, "JACKFIELD_TOKEN": made["text"]}
    me = server.run("whoami", "--json", home="nobody", environment=with_token).json
    refused = server.run("group", "create", "x", home="nobody", environment=with_token, expect=1)
    kept = re.search(
        r'"token": "([^"]+)"', (server.folder / "homes" / name / "config/jackfield/profiles.json").read_text()
    )
    server.run("sign-out", home=name)
    server.run("whoami", home=name, expect=3)
    assert kept is not None
    with_kept = {"JACKFIELD_SERVER": server.url, "JACKFIELD_TOKEN": kept[1]}
    revoked = server.run("whoami", home="nobody", environment=with_kept, expect=3)

    assert "terminal" in unasked.err
    assert me["scopes"] == ["read"]
    assert "scope" in refused.err
    assert "not valid" in revoked.err
