"""What the server says, in German for whoever reads German."""

from collections.abc import Mapping
from typing import Any

import pytest

from api.client import Client
from api.company import Company, add_person, done, http_connection
from api.hub import Hub
from jackfield.api.languages import Texts, texts_for


def german(client: Client) -> Client:
    return Client(client.app, {**client.headers, "accept-language": "de-AT,de;q=0.9,en;q=0.5"}, client.address)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de", "de"),
        ("de-CH", "de"),
        ("en,de", ""),
        ("en;q=0.4, DE;q=0.8", "de"),
        ("fr, de;q=0.2", "de"),
        ("de;q=0", ""),
        ("*", ""),
        ("", ""),
        (";;;q=,,", ""),
    ],
)
def test_the_language_is_the_one_that_is_preferred(header: str, language: str) -> None:
    found = texts_for([(b"accept-language", header.encode())])

    assert (found.language if found else "") == language


def test_a_sentence_is_known_by_its_words_and_its_gaps_are_carried_over() -> None:
    texts = Texts(
        "de",
        {
            "a": {"{1} has {2} keys": "{2} Schlüssel hat {1}", "nobody": "niemand", "To": "Nach"},
            "b": {"{1} has {2} keys; stop": "halt: {1}, {2}", "To": "An"},
        },
    )

    assert texts.say("Ann has 3 keys") == "3 Schlüssel hat Ann"
    assert texts.say("nobody has 3 keys; stop") == "halt: niemand, 3"
    assert [texts.say("To", place) for place in ("a", "b")] == ["Nach", "An"]
    assert texts.say("what nobody has written down") == "what nobody has written down"
    assert texts.say("{2} has {1} keys") == "{1} Schlüssel hat {2}"


@pytest.mark.requirement("E7")
async def test_problems_are_german_and_their_codes_and_rules_are_not(company: Company) -> None:
    editor = german(company["editor"])
    path = f"/api/connections/{company.connection}"

    refused = await german(company.admin).patch(path, {"name": "Mine"})
    unknown = await editor.get("/api/connections/nothing")
    invalid = await editor.patch(path, {"name": "", "extra": 1})
    parameter = await editor.get("/api/connections?limit=0")
    nowhere = await editor.get("/api/nowhere")
    foreign = await editor.request("GET", "/api/me", headers={"host": "evil.example.com"})
    call = await editor.post("/api/calls", {"connection": company.connection, "action": "dance"})

    assert refused.header("content-language") == "de"
    assert (refused.json()["title"], refused.json()["rule"], refused.code) == ("Abgelehnt", "C7", "access.refused")
    assert refused.json()["detail"].startswith("Super-Admins dürfen die Verbindungen anderer nur teilen")
    assert refused.json()["who_can_change"].startswith("die Verbindungsadministratoren")
    assert unknown.json()["detail"] == "diese Verbindung gibt es nicht, oder sie ist nicht für Sie sichtbar"
    assert {one["message"] for one in invalid.json()["problems"]} == {
        "darf nicht leer sein",
        "gibt es hier nicht",
    }
    assert parameter.json()["detail"] == "query.limit: muss mindestens 1 sein"
    assert nowhere.json()["detail"] == "unter dieser Adresse ist nichts; /docs zeigt, was es gibt"
    assert foreign.json()["detail"].startswith("dieser Rechnername gehört nicht hierher")
    assert call.json()["detail"].startswith("HTTP hat keine Aktion 'dance'")


@pytest.mark.requirement("E7", "C17")
async def test_explanations_are_german_for_everybody_and_everything(company: Company) -> None:
    path = f"/api/connections/{company.connection}"
    seen = 0

    for name in company.people:
        url = f"{path}/explanations?person_id={company.people[name]}"
        english = done(await company["auditor"].get(url))["items"]
        spoken = done(await german(company["auditor"]).get(url))["items"]
        for before, after in zip(english, spoken, strict=True):
            assert (before["act"], before["rule"], before["allowed"]) == (after["act"], after["rule"], after["allowed"])
            for one, other in zip(_sentences(before), _sentences(after), strict=True):
                assert one != other or not one, one
                seen += 1
    assert seen > 200


def _sentences(explanation: Mapping[str, Any]) -> list[str]:
    asked = [one[name] for one in explanation["questions"] for name in ("question", "who_can_change")]
    return [explanation["reason"], explanation["who_can_change"], *asked]


@pytest.mark.requirement("E7")
async def test_forms_and_actions_are_german_and_their_names_are_not(company: Company) -> None:
    for key in ("http", "postgresql", "mail", "folder"):
        english = done(await company["editor"].get(f"/api/connectors/{key}"))
        spoken = done(await german(company["editor"]).get(f"/api/connectors/{key}"))
        assert spoken["description"] != english["description"]
        assert spoken["details"]["properties"].keys() == english["details"]["properties"].keys()
        assert [one["key"] for one in spoken["schemes"]] == [one["key"] for one in english["schemes"]]
        for one, other in zip(english["actions"], spoken["actions"], strict=True):
            assert one["description"] != other["description"]
            assert one["effect"] == other["effect"]
    http = done(await german(company["editor"]).get("/api/connectors/http"))
    mail = done(await german(company["editor"]).get("/api/connectors/mail"))

    assert http["details"]["properties"]["base_url"]["title"] == "Basis-URL"
    encryption = mail["details"]["properties"]["imap_tls"]
    assert (encryption["enum"], encryption["enumNames"]) == (
        ["start", "upgrade", "none"],
        ["Von Anfang an", "STARTTLS", "Keine"],
    )
    assert [one["title"] for one in http["schemes"]][-2:] == ["Benutzer und Passwort", "Bearer-Token"]
    search = next(one for one in mail["actions"] if one["key"] == "search")
    assert search["arguments"]["properties"]["to"]["title"] == "Empfänger enthält"


@pytest.mark.requirement("E7")
@pytest.mark.parametrize(
    ("query", "english", "german_sentence"),
    [
        (
            "connections?state=bogus",
            "must be one of connected, needs_sign_in, unreachable, off, not_connected, or several with commas between them",
            "muss eines von diesen sein, oder mehrere mit Kommas dazwischen: connected, needs_sign_in",
        ),
        (
            "runs?state=bogus",
            "must be one of queued, running, waiting, parked",
            "muss eines von diesen sein, oder mehrere mit Kommas dazwischen: queued, running",
        ),
        (
            "connections?sort=bogus",
            "must be one of name, created, modified, last_used, connector, health, uses, with - before it to turn the order round",
            "muss eines von diesen sein, mit - davor für die umgekehrte Reihenfolge: name, created",
        ),
        (
            "integrations?sort=health",
            "must be one of name, created, modified, last_used, with - before it to turn the order round",
            "muss eines von diesen sein, mit - davor für die umgekehrte Reihenfolge: name, created",
        ),
    ],
)
async def test_a_filter_that_is_none_is_told_which_there_are(
    company: Company, query: str, english: str, german_sentence: str
) -> None:
    asked = await company["editor"].get(f"/api/{query}")
    asked_in_german = await german(company["editor"]).get(f"/api/{query}")

    assert (asked.status, asked_in_german.status) == (422, 422)
    assert english in asked.json()["detail"]
    assert german_sentence in asked_in_german.json()["detail"]


@pytest.mark.requirement("E7", "C14")
async def test_a_stored_reason_is_told_in_the_language_of_whoever_reads_it(company: Company) -> None:
    bad = http_connection(company.unit, company.server, "Broken", credentials={"token": "wrong"})
    made = done(await german(company["editor"]).post("/api/connections", bad))

    english = done(await company["editor"].get(f"/api/connections/{made['id']}"))
    listed = done(await german(company["editor"]).get("/api/connections?state=not_connected"))["items"][0]

    assert made["reason"] == listed["reason"] != english["reason"]
    assert english["reason"].endswith("answered 401: it doesn't accept the credentials; reconnect with valid ones")
    assert "hat mit 401 geantwortet: die Zugangsdaten werden nicht angenommen" in made["reason"]


@pytest.mark.requirement("E7", "C14")
async def test_the_account_is_told_in_the_language_of_whoever_reads_it_and_names_stay(company: Company) -> None:
    at = company.server.base.partition("//")[2]
    basic = {
        "scheme": "basic",
        "credentials": {"username": "User", "password": "x"},
        "details": {"base_url": company.server.base},
    }
    editor = german(company["editor"])

    token = done(await editor.get(f"/api/connections/{company.connection}"))
    named = done(await editor.post("/api/connections", http_connection(company.unit, company.server, "Named", **basic)))

    assert token["details"]["remote"]["account"] == f"Bearer-Token bei {at}"
    assert named["details"]["remote"]["account"] == f"User bei {at}"


@pytest.mark.requirement("E7", "E1")
async def test_the_record_stays_english(hub: Hub) -> None:
    admin = await hub.super_admin()
    _, nobody = await add_person(hub, admin, "nobody")
    done(await german(admin).put("/api/features/http", {"on": False}))
    await german(nobody).post("/api/groups", {"name": "Mine"})

    entries = done(await german(admin).get("/api/audit"))["items"]

    assert {"feature.turn_off", "group.create"} <= {one["name"] for one in entries}
    features = done(await german(admin).get("/api/features"))["items"]
    assert {one["who_can_change"] for one in features} == {"die Super-Admins"}
