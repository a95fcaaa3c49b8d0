"""The example company as somebody meets it who starts the program for the first time."""

import json
import re
import signal
from collections.abc import Generator
from pathlib import Path

import pytest

from example.visitor import Visitor, children_of, is_alive, wait_for
from servers import jackfield
from servers.jackfield import GENEROUS, SECONDS, JackfieldServer

pytestmark = pytest.mark.timeout(400)
"""Several starts of the program, one after the other, take their time on a busy machine."""

STATES = {
    "Customers": "connected",
    "Manuals": "off",
    "Newsletter mailbox": "needs_sign_in",
    "Offers and contracts": "connected",
    "Old ERP": "not_connected",
    "Orders mailbox": "connected",
    "Support mailbox": "connected",
    "Ticket desk": "connected",
    "Tickets": "connected",
}


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Generator[JackfieldServer]:
    """The program on a fresh folder."""
    with jackfield.running(tmp_path_factory.mktemp("example"), with_example=True, port=0, **GENEROUS) as server:
        Visitor(server).wait_until_ready()
        yield server


@pytest.fixture
def visitor(example: JackfieldServer) -> Visitor:
    return Visitor(example)


def test_everybody_of_the_company_can_be_switched_to(visitor: Visitor) -> None:
    shown = visitor.get("/api/example")

    assert shown["is_on"]
    assert len(shown["people"]) == 5
    for person in shown["people"]:
        answer = visitor.ask("/api/example/sessions", {"person_id": person["id"]})
        assert (answer.status, answer.body["name"]) == (201, person["name"])
        assert Visitor(visitor.server, answer.cookie).get("/api/me")["person_id"] == person["id"]
        assert person["title"]


def test_connections_are_in_every_state_and_each_sees_what_is_his(visitor: Visitor) -> None:
    def states(name: str) -> dict[str, str]:
        rows = visitor.switch(name).get("/api/connections")["items"]
        return {row["name"]: row["state"] for row in rows}

    assert states("Clara") == STATES
    assert states("Paula") == STATES
    assert states("Jonas").keys() == {"Customers", "Newsletter mailbox", "Orders mailbox", "Ticket desk", "Tickets"}
    assert states("Mira").keys() == STATES.keys() - {"Customers", "Newsletter mailbox"}
    assert states("Tom") == {}


def test_every_connection_that_works_has_been_used(visitor: Visitor) -> None:
    rows = visitor.switch("Clara").get("/api/connections")["items"]
    audit = visitor.switch("Paula").get("/api/audit?limit=200")["items"]

    # When a connection was last used is written behind the call.
    used = {entry["object"]["label"] for entry in audit if entry["name"] == "connection.use"}
    assert used == {row["name"] for row in rows} - {"Old ERP"}
    outcomes = {entry["outcome"] for entry in audit}
    assert outcomes >= {"done", "failed", "refused"}


@pytest.mark.requirement("P1", "P2", "P8")
def test_processes_have_runs_that_ended_well_and_badly_that_ask_people_and_that_wait_for_a_connection(
    visitor: Visitor,
) -> None:
    jonas, tom = visitor.switch("Jonas"), visitor.switch("Tom")

    def states() -> set[str]:
        return {row["state"] for row in jonas.get("/api/runs")["items"]}

    wait_for(lambda: states() == {"succeeded", "failed", "waiting", "parked"})
    runs = {(row["process"]["name"], row["state"]): row for row in jonas.get("/api/runs")["items"]}
    [found] = jonas.get("/api/connections?search=customers")["items"]

    assert runs.keys() == {
        ("Confirm an order", "succeeded"),
        ("Confirm an order", "failed"),
        ("Grant a discount", "waiting"),
        ("Read newsletter sign-ups", "parked"),
    }
    confirmed = jonas.get(f"/api/runs/{runs['Confirm an order', 'succeeded']['id']}")
    assert confirmed["output"]["file"].startswith("Confirmations/Order 1")
    assert jonas.get(f"/api/runs/{runs['Confirm an order', 'failed']['id']}")["error"]["error"] == "Order.Unknown"
    assert {use["label"] for use in jonas.get(f"/api/connections/{found['id']}/uses")["items"]} == {
        "Confirm an order",
        "Grant a discount",
    }
    assert tom.get("/api/processes")["items"] == []
    [task] = visitor.switch("Clara").get("/api/tasks")["items"]
    assert task["title"] == "8 % discount for Brauhaus Hopfner"
    decided = jonas.ask(f"/api/tasks/{task['id']}/decision", {"decision": "approved"})
    assert decided.status == 200, decided.body
    wait_for(lambda: states() == {"succeeded", "failed", "parked"})
    sql = "SELECT discount_percent FROM customer WHERE name = 'Brauhaus Hopfner'"
    assert jonas.call("Customers", "query", sql=sql)["rows"] == [{"discount_percent": 8}]


@pytest.mark.requirement("O5", "O6", "O7")
def test_the_ticket_desk_is_called_method_by_method_by_who_may(visitor: Visitor) -> None:
    tom, jonas, clara, paula = (visitor.switch(name) for name in ("Tom", "Jonas", "Clara", "Paula"))
    [desk] = tom.get("/api/integrations")["items"]

    listed = tom.call("Ticket desk", "listTickets", status="open", limit=2)
    made = tom.call("Ticket desk", "createTicket", body={"subject": "Display dark", "customer": "Pharma Tatra"})
    comment = tom.call("Ticket desk", "addComment", number=made["body"]["number"], body={"text": "On my way."})
    close = {"connection": desk["id"], "action": "closeTicket", "arguments": {"number": 1001, "body": {}}}
    refused = tom.ask("/api/calls", close)
    unknown = jonas.ask("/api/calls", {**close, "connection": desk["id"], "action": "addComment"})

    assert (desk["title"], desk["state"], desk["mine"]) == ("Ticket desk", "connected", 8)
    assert (listed["status"], listed["media_type"]) == (200, "application/json")
    assert len(listed["body"]["items"]) == 2
    assert (made["status"], comment["status"]) == (201, 201)
    assert comment["body"]["author"] == "ticket-desk"
    assert (refused.status, refused.body["code"]) == (403, "confirmation.unavailable")
    assert (unknown.status, unknown.body["rule"]) == (403, "O5")
    assert jonas.call("Ticket desk", "listTickets", limit=1)["status"] == 200
    assert clara.get(f"/api/integrations/{desk['id']}")["methods"] == 10
    matrix = paula.get(f"/api/integrations/{desk['id']}/matrix")
    uses = {row["person"]["name"].split()[0]: set(row["uses"]) for row in matrix["items"]}
    assert uses == {
        "Clara": {"no"},
        "Jonas": {"allowed", "no"},
        "Mira": {"allowed", "confirmation"},
        "Tom": {"allowed", "confirmation", "no"},
    }


def test_switching_is_recorded_as_what_it_is(visitor: Visitor) -> None:
    visitor.switch("Tom")

    newest = visitor.switch("Paula").get("/api/audit?limit=10")["items"]

    switches = [entry["actor"]["label"] for entry in newest if entry["name"] == "person.switch"]
    assert switches[:2] == ["Paula Novak", "Tom Eder"]


def test_mails_are_found_read_sent_and_moved(visitor: Visitor) -> None:
    jonas, mira = visitor.switch("Jonas"), visitor.switch("Mira")

    found = jonas.call("Orders mailbox", "search", folder="INBOX", subject="order 4711")
    [order] = found["messages"]
    message = jonas.call("Orders mailbox", "fetch", folder="INBOX", uid=order["uid"], peek=False)
    unseen = jonas.call("Orders mailbox", "search", folder="INBOX", subject="order 4711", seen=False)
    moved = jonas.call("Orders mailbox", "move", folder="INBOX", uids=[order["uid"]], to="Archive")
    sent = jonas.call(
        "Orders mailbox",
        "send",
        to=["support@linden.example", "eva@brauhaus-hopfner.example"],
        subject="Kalibrierung für Hopfner",
        text="Bitte bis Freitag.\n.\nDanke",
    )
    arrived = mira.call("Support mailbox", "search", folder="INBOX", subject="kalibrierung für")

    assert message["attachments"][0]["file"]["name"] == "Order 4711.pdf"
    assert "Eva Moser" in message["text"]
    assert unseen["found"] == 0
    assert len(moved["uids"]) == 1
    assert sent["refused"] == []
    assert [one["message_id"] for one in arrived["messages"]] == [sent["message_id"]]
    text = mira.call("Support mailbox", "fetch", folder="INBOX", uid=arrived["messages"][0]["uid"])["text"]
    assert text.splitlines() == ["Bitte bis Freitag.", ".", "Danke"]


def test_tickets_are_listed_made_and_closed(visitor: Visitor) -> None:
    mira = visitor.switch("Mira")

    def request(method: str, path: str, value: object = None, **more: object) -> dict[str, object]:
        body = {} if value is None else {"body": {"type": "json", "value": value}}
        return mira.call("Tickets", "request", method=method, path=path, **body, **more)["data"]

    page = request("GET", "tickets", query={"status": "closed", "limit": 5})
    made = request("POST", "tickets", {"subject": "Foot broken", "customer": "Pharma Tatra"})
    closed = request("POST", f"tickets/{made['number']}/close", {"resolution": "A new one is on its way."})
    comments = request("GET", "tickets/1001/comments")

    assert isinstance(page["items"], list)
    assert len(page["items"]) == 5
    assert page["next_cursor"]
    assert closed["status"] == "closed"
    assert "load cell" in json.dumps(comments)


def test_customers_are_queried_and_changed(visitor: Visitor) -> None:
    jonas = visitor.switch("Jonas")

    counted = jonas.call("Customers", "query", sql="SELECT count(*) AS n FROM customer")
    changed = jonas.call(
        "Customers", "execute", sql="UPDATE customer SET discount_percent = 5 WHERE name = 'Zlatarna Perko'"
    )

    assert counted["rows"] == [{"n": 200}]
    assert changed["affected"] == 1


def test_documents_are_listed_and_read(visitor: Visitor) -> None:
    mira = visitor.switch("Mira")

    listed = mira.call("Offers and contracts", "list", depth=3)
    [contract] = [one["path"] for one in listed["entries"] if "Hopfner" in one["name"] and "contracts" in one["path"]]
    read = mira.call("Offers and contracts", "read", path=contract)

    assert len(listed["entries"]) >= 12
    assert "JVBERi0" in json.dumps(read)  # %PDF-


def test_only_the_ports_of_the_systems_are_allowed(visitor: Visitor) -> None:
    rules = visitor.switch("Clara").get("/api/outbound-targets")["items"]

    assert {rule["host"] for rule in rules} == {"127.0.0.1"}
    assert len({rule["port"] for rule in rules}) == 3
    assert all("example company" in rule["note"] for rule in rules)


def test_the_log_tells_no_password(example: JackfieldServer) -> None:
    log = example.log.read_text()

    assert "be one of the people of Linden Instruments" in log
    assert "--empty" in log
    assert "Traceback" not in log
    for account in json.loads((example.data_dir / "example" / "accounts.json").read_text()).values():
        assert account not in log
        assert re.fullmatch("[0-9a-f]{64}", account)


def test_the_systems_end_with_the_server_and_the_same_example_comes_back(tmp_path: Path) -> None:
    port = jackfield.free_port()
    with jackfield.running(tmp_path, with_example=True, port=port, **GENEROUS) as server:
        Visitor(server).wait_until_ready()
        before = Visitor(server).people()
        mira = Visitor(server).switch("Mira")
        made = {"type": "json", "value": {"subject": "Still here after the night?"}}
        number = mira.call("Tickets", "request", method="POST", path="tickets", body=made)["data"]["number"]
        systems = children_of(server.process.pid)
        server.process.send_signal(signal.SIGKILL)
        server.process.wait(SECONDS)
        assert systems
        wait_for(lambda: not any(map(is_alive, systems)))

    with jackfield.running(tmp_path, with_example=True, port=port, **GENEROUS) as server:
        visitor = Visitor(server)
        visitor.wait_until_ready()
        mira = visitor.switch("Mira")
        wait_for(lambda: "Still here" in json.dumps(_ticket(mira, number)))

        assert visitor.people() == before
        clara = visitor.switch("Clara")
        assert len(clara.get("/api/people")["items"]) == 6
        assert {row["name"]: row["state"] for row in clara.get("/api/connections")["items"]} == STATES
        systems = children_of(server.process.pid)
    assert not any(map(is_alive, systems))


def _ticket(mira: Visitor, number: int) -> object:
    arguments = {"path": f"tickets/{number}"}
    return mira.ask("/api/calls", {"connection": "Tickets", "action": "request", "arguments": arguments}).body


@pytest.mark.parametrize(
    "killed_at",
    [
        "connections",
        pytest.param("people", marks=pytest.mark.full),
        pytest.param("outbound", marks=pytest.mark.full),
        pytest.param("done", marks=pytest.mark.full),
    ],
)
def test_what_was_begun_and_cut_off_is_completed_once(tmp_path: Path, killed_at: str) -> None:
    record = tmp_path / "data" / "example" / "example.json"
    port = jackfield.free_port()

    with jackfield.running(tmp_path, with_example=True, port=port, **GENEROUS) as server:
        wait_for(lambda: json.loads(record.read_bytes())[killed_at], server.log.read_text, pause=0.001)
        server.process.send_signal(signal.SIGKILL)
        server.process.wait(SECONDS)
        assert not json.loads(record.read_bytes())["is_ready"]
    with jackfield.running(tmp_path, with_example=True, port=port, **GENEROUS) as server:
        visitor = Visitor(server)
        visitor.wait_until_ready()

        clara = visitor.switch("Clara")
        assert len(clara.get("/api/people")["items"]) == 6
        assert len(clara.get("/api/business-units")["items"]) == 2
        assert len(clara.get("/api/groups")["items"]) == 2
        assert len(clara.get("/api/outbound-targets")["items"]) == 3
        assert {row["name"]: row["state"] for row in clara.get("/api/connections")["items"]} == STATES


def test_an_installation_that_began_empty_stays_so(tmp_path: Path) -> None:
    with jackfield.running(tmp_path, "--empty", with_example=True) as server:
        empty = Visitor(server).get("/api/example")
        refused = Visitor(server).ask("/api/example/sessions", {"person_id": "per_x"})
        no_systems = children_of(server.process.pid)

    with jackfield.running(tmp_path, with_example=True) as server:
        still = Visitor(server).get("/api/example")

    assert (empty["is_on"], empty["people"]) == (False, [])
    assert (refused.status, refused.body["code"]) == (404, "example.off")
    assert no_systems == set()
    assert not still["is_on"]


@pytest.mark.parametrize("settings", [{"host": "0.0.0.0"}, {"production": "true"}, {"public_url": "http://127.0.0.1"}])
def test_what_looks_like_more_than_trying_out_begins_empty(tmp_path: Path, settings: dict[str, str]) -> None:
    with jackfield.running(tmp_path, with_example=True, port=0, **settings) as server:
        assert not Visitor(server).get("/api/example")["is_on"]
        assert not (tmp_path / "data" / "example").exists()


def test_the_example_rests_while_it_is_off_and_is_closed_to_other_machines(tmp_path: Path) -> None:
    port = jackfield.free_port()
    with jackfield.running(tmp_path, with_example=True, port=port, **GENEROUS) as server:
        wait_for(lambda: "Clara" in Visitor(server).people(), server.log.read_text)
        person = Visitor(server).people()["Clara"]

    with jackfield.running(tmp_path, "--empty", port=port) as server:
        resting = Visitor(server).ask("/api/example/sessions", {"person_id": person})
        systems = children_of(server.process.pid)
    with jackfield.running(tmp_path, with_example=True, port=port, host="0.0.0.0") as server:
        open_to_others = Visitor(server).ask("/api/example/sessions", {"person_id": person})

    assert systems == set()
    assert resting.status == 404
    assert open_to_others.status == 404


def test_the_operator_takes_the_example_away_and_what_is_ones_own_stays(tmp_path: Path) -> None:
    port = jackfield.free_port()
    with jackfield.running(tmp_path, with_example=True, port=port, **GENEROUS) as server:
        Visitor(server).wait_until_ready()
        password = server.run("example", "password", "news@linden.example").out.strip()
        jonas = Visitor(server).switch("Jonas")
        [news] = jonas.get("/api/connections?search=newsletter")["items"]
        credentials = {"credentials": {"password": password}}
        mended = jonas.ask(f"/api/connections/{news['id']}/credentials", credentials, method="PUT")
        running = server.run("example", "remove", "--yes", expect=1)
        code = server.code

    removed = server.run("example", "remove", "--yes")
    again = server.run("example", "remove", "--yes", expect=1)
    with jackfield.running(tmp_path, with_example=True, port=port, **GENEROUS) as server:
        server.sign_in("admin", code)
        shown = Visitor(server).get("/api/example")
        connections = server.run("connection", "list", "--json").json
        people = server.run("person", "list", "--json").json

    assert (mended.status, mended.body["state"]) == (200, "connected"), mended.body
    assert "another server is running" in running.err
    assert "Linden Instruments is gone" in removed.out
    assert "there is no example" in again.err
    assert not (tmp_path / "data" / "example").exists()
    assert not shown["is_on"]
    assert connections == []
    assert {person["name"]: person["is_active"] for person in people}["Administrator"]
    assert sum(person["is_active"] for person in people) == 1
