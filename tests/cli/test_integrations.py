"""Custom integrations on the command line, on the real program: read, made, granted, called, updated, taken back."""

import json
import secrets
from pathlib import Path

import pytest

from integrations.office import DOCUMENT, KEY, json_answer, paged
from jackfield.integrations import TEXT_VERSION
from servers import evil
from servers.jackfield import JackfieldServer


@pytest.mark.requirement("E3", "O2", "O5", "O9")
def test_an_integration_is_read_made_granted_called_updated_and_restored(
    server: JackfieldServer, tmp_path: Path
) -> None:
    mark = secrets.token_hex(4)
    unit, group, title = f"Unit {mark}", f"Desk {mark}", f"Tickets {mark}"
    anna, ben = f"anna-{mark}", f"ben-{mark}"
    document, key = tmp_path / "tickets.json", tmp_path / "key"
    document.write_text(json.dumps(DOCUMENT, indent=1))
    key.write_text(KEY)
    server.run("unit", "create", unit)
    server.run("group", "create", group)
    for person, role in ((anna, "editor"), (ben, "member")):
        server.add_person(person)
        server.run("unit", "add-member", unit, person, "--role", role)
        server.run("group", "add", group, person)

    with evil.serve() as api:
        server.run("outbound", "allow", f"127.0.0.1:{api.port}", "--unit", unit)
        read = server.run("integration", "read", str(document), home=anna)
        text = server.run("integration", "responsibilities", home=anna)
        create = (
            *("integration", "create", title, str(document), "--access-group", group, "--unit", unit),
            *("--set", f"endpoint={api.url('/echo/v1')}", "--scheme", "api_key_header+basic"),
            *("--set", "credentials.1.name=X-Api-Key", "--secret", f"1.value=@{key}"),
            *("--set", "credentials.2.username=ada", "--secret", f"2.password=@{key}"),
        )
        refused = server.run(*create, home=anna, expect=1)
        too_many = server.run(*create, "--scheme", "basic+basic+basic+basic+basic", home=anna, expect=2)
        server.run(*create, "--accept-responsibilities", TEXT_VERSION, home=anna)
        nobody = server.run("integration", "call", title, "listTickets", home=ben, expect=1)
        grant = ("integration", "grant", title, "--tag", "tickets", "--to-group", group)
        looked = server.run(*grant, "--dry-run", home=anna)
        server.run(*grant, "--no-confirmation", "--accept-responsibilities", TEXT_VERSION, home=anna)
        called = server.run("integration", "call", title, "listTickets", "--arg", "state=open", "--json", home=ben).json
        same = server.run("call", title, "listTickets", "--args", '{"state": "open"}', "--json", home=ben).json
        matrix = server.run("integration", "matrix", title, home=anna)
        why = server.run("integration", "explain", title, "whoAmI", "--person", ben, home=anna)
        changed = json.loads(document.read_text())
        del changed["paths"]["/tickets"]["post"]
        document.write_text(json.dumps(changed))
        shown = server.run("integration", "update", title, str(document), "--dry-run", home=anna)
        blocked = server.run("integration", "update", title, str(document), home=anna, expect=1)
        server.run("integration", "update", title, str(document), "--confirm-removed", home=anna)
        earlier = server.run("integration", "restore", title, "1", "--dry-run", home=anna)
        before = server.run("integration", "versions", title, "--json", home=anna).json
        restored = server.run("integration", "restore", title, "1", home=anna)
        versions = server.run("integration", "versions", title, "--json", home=anna).json
        listed = server.run("integration", "list", "--json", home=ben).json
        server.run("integration", "change", title, "--title", f"{title}!", home=anna)
        detail = server.run("integration", "show", f"{title}!", home=anna)
        server.run("integration", "grant", f"{title}!", "--every-method", "--to-nobody", home=anna)
        gone = server.run("integration", "methods", f"{title}!", home=ben, expect=1)
        server.run("integration", "delete", f"{title}!", "--yes", home=anna)

    assert "6 of 7 operations understood" in read.out
    assert "GET /broken" in read.out
    assert TEXT_VERSION in text.out
    assert "must be reviewed and accepted first" in refused.err
    assert "or several, as basic+bearer" in too_many.err
    assert "there is no such custom integration" in nobody.err
    assert "Would be granted 4" in looked.out
    assert "openTicket" not in looked.err
    assert called["result"]["body"]["target"] == "/echo/v1/tickets?state=open"
    assert same["result"]["body"]["target"] == "/echo/v1/tickets?state=open"
    assert ben.split("-", maxsplit=1)[0] in matrix.out.lower()
    assert "refused by rule O5" in why.out
    assert "openTicket" in shown.out
    assert "granted: 1, uses in force: 0" in blocked.err
    assert "in the way: the method openTicket\n" in blocked.err
    assert "Methods: 1 more, 0 fewer" in earlier.out
    assert "openTicket" in earlier.out
    assert [one["number"] for one in before] == [2, 1]
    assert "Methods: 1 more, 0 fewer" in restored.out
    assert [one["number"] for one in versions] == [3, 2, 1]
    assert [one["title"] for one in listed] == [title]
    assert group in detail.out
    assert "there is no such custom integration" in gone.err
    assert KEY not in "".join((read.out, called["request_id"], detail.out, matrix.out))


@pytest.mark.requirement("E3", "O5")
def test_a_list_is_read_to_its_end_or_for_as_many_pages_as_are_wanted(server: JackfieldServer, tmp_path: Path) -> None:
    mark = secrets.token_hex(4)
    unit, group, title, anna = f"Unit {mark}", f"Desk {mark}", f"Pages {mark}", f"anna-{mark}"
    document = tmp_path / "paged.json"
    both = {"security": [{"key": [], "account": []}]}
    document.write_text(json.dumps({**paged(), **both}))
    server.run("unit", "create", unit)
    server.run("group", "create", group)
    server.add_person(anna)
    server.run("unit", "add-member", unit, anna, "--role", "editor")
    server.run("group", "add", group, anna)

    with evil.serve() as api:
        # always the same answer: a list without an end
        api.answers["/echo/v1/tickets"] = json_answer({"items": [{"id": 1}, {"id": "two"}], "next_cursor": "more"})
        server.run("outbound", "allow", f"127.0.0.1:{api.port}", "--unit", unit)
        read = server.run("integration", "read", str(document), home=anna)
        create = ("integration", "create", title, str(document), "--access-group", group, "--unit", unit)
        create = (*create, "--set", f"endpoint={api.url('/echo/v1')}", "--accept-responsibilities", TEXT_VERSION)
        server.run(*create, home=anna)
        server.run("integration", "grant", title, "listTickets", "whoAmI", "--to-group", group, home=anna)
        call = ("integration", "call", title, "listTickets", "--arg", "limit=2", "--all-pages")
        circling = server.run(*call, "--json", home=anna)
        api.answers["/echo/v1/tickets"] = json_answer({"items": [{"id": 3}]})
        whole = server.run(*call, "--json", home=anna)
        api.answers["/echo/v1/tickets"] = json_answer({"items": [{"id": 4}], "next_cursor": "on"})
        bounded = server.run(*call, "--max-pages", "1", "--out", str(tmp_path / "pages.json"), home=anna)
        single = server.run("integration", "call", title, "whoAmI", "--all-pages", home=anna, expect=1)
        keyed = server.run(*call, "--idempotency-key", "once", home=anna, expect=2)

    assert "5 operations ask for several at once" in read.err
    assert (circling.json["pages"], circling.json["next"], len(circling.json["items"])) == (2, None, 4)
    assert "2 of 2 pages are not what the document says" in circling.err
    assert (whole.json["pages"], whole.json["items"]) == (1, [{"id": 3}])
    written = json.loads((tmp_path / "pages.json").read_text())
    assert (written["items"], written["next"]) == ([{"id": 4}], {"limit": 2, "cursor": "on"})
    assert "There is more after page 1;" in bounded.err
    assert "nothing shows how this method comes in pages" in single.err
    assert "is for one" in keyed.err


@pytest.mark.requirement("E3", "C1", "C2")
def test_a_sign_in_is_tried_before_an_integration_is_made(server: JackfieldServer, tmp_path: Path) -> None:
    mark = secrets.token_hex(4)
    unit, eva = f"Unit {mark}", f"eva-{mark}"
    key = tmp_path / "key"
    key.write_text(KEY)
    server.run("unit", "create", unit)
    server.add_person(eva)
    server.run("unit", "add-member", unit, eva, "--role", "editor")

    with evil.serve() as api:
        server.run("outbound", "allow", f"127.0.0.1:{api.port}", "--unit", unit)
        sign_in = ("--scheme", "api_key_header", "--set", "credentials.name=X-Api-Key", "--secret", f"value=@{key}")
        check = ("integration", "check", *sign_in, "--set", "details.test_path=me", "--set")
        tried = server.run(*check, f"endpoint={api.url('/echo/v1')}", home=eva)
        refused = server.run(*check, f"endpoint={api.url('/status/401')}", home=eva, expect=1)
        made = server.run("integration", "list", "--json", home=eva).json

    assert "Connected as API key at 127.0.0.1" in tried.out
    assert "GET me answered 200 application/json" in tried.out
    assert "[secret]" in tried.out
    assert KEY not in tried.out
    assert "it would not be connected" in refused.err
    assert made == []
