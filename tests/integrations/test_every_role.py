"""Every route of custom integrations by everybody: only the declared cells succeed (D12, D14)."""

from dataclasses import dataclass
from typing import Any

import pytest

from api.company import done
from integrations.office import DOCUMENT, Office, text_of


@dataclass(frozen=True)
class Ask:
    method: str
    path: str
    who: frozenset[str]
    body: Any = None


ALL = frozenset({"editor", "colleague", "member", "temp", "outsider", "auditor", "stranger", "admin"})
KNOW = ALL - {"outsider", "stranger"}
"""May see its connection, design with it, or call a method."""
READ = frozenset({"editor", "auditor"})
MANAGE = frozenset({"editor"})


def asks(office: Office, integration: str) -> list[Ask]:
    path = f"/api/integrations/{integration}"
    grants = {"changes": [{"methods": ["whoAmI"], "grant": None}]}
    document = {"document": text_of(DOCUMENT)}
    call = {"arguments": {}}
    return [
        Ask("GET", "/api/integrations", ALL),
        Ask("GET", "/api/integrations/responsibilities", ALL),
        Ask("POST", "/api/integrations/readings", frozenset({"editor", "colleague", "stranger", "admin"}), document),
        Ask("POST", "/api/integrations", frozenset({"editor", "colleague"}), "draft"),
        Ask("GET", path, KNOW),
        Ask("GET", f"{path}/methods", KNOW),
        Ask("GET", f"{path}/method-counts", KNOW),
        Ask("GET", f"{path}/methods/listTickets", READ | {"member", "temp"}),
        Ask("GET", f"{path}/methods/whoAmI", READ),
        Ask("GET", f"{path}/methods/listTickets/explain", READ | {"member", "temp"}),
        Ask("GET", f"{path}/matrix", READ),
        Ask("GET", f"{path}/versions", READ),
        Ask("GET", f"{path}/versions/1", READ),
        Ask("POST", f"{path}/methods/listTickets/calls", frozenset({"editor", "member", "temp"}), call),
        Ask(
            "POST", f"{path}/methods/openTicket/calls", frozenset({"member"}), {"arguments": {"body": {"subject": "x"}}}
        ),
        Ask("PUT", f"{path}/grants", MANAGE, grants),
        Ask("PUT", f"{path}/grants?dry_run=true", MANAGE, grants),
        Ask("POST", f"{path}/updates", MANAGE, document),
        Ask("POST", f"{path}/versions", MANAGE, document),
        Ask("POST", f"{path}/versions/1/restore", MANAGE, {}),
        Ask("POST", f"{path}/replacements", MANAGE, {"access_groups": [office.desk]}),
        Ask("PATCH", path, MANAGE, {"description": "Other words."}),
        Ask("POST", f"{path}/replace", MANAGE, {"title": "Tickets anew"}),
    ]


@pytest.mark.requirement("D12", "D14", "O7")
async def test_only_who_may_succeeds(office: Office) -> None:
    made = await office.create()
    clients = {**office.clients, "admin": office.admin}
    clients = {name: client for name, client in clients.items() if name in ALL}
    tried = 0

    for ask in asks(office, made["id"]):
        # Who may comes last: what succeeds may change what the others would meet.
        for name in sorted(clients, key=lambda one: (one in ask.who, one)):
            body = office.draft(f"Of {name}") if ask.body == "draft" else ask.body
            answer = await clients[name].request(ask.method, ask.path, json=body)
            allowed = answer.status < 300
            assert allowed == (name in ask.who), (ask.method, ask.path, name, answer.status, answer.body[:300])
            if not allowed:
                assert answer.status in {403, 404}, (ask.path, name, answer.body[:300])
                assert answer.status == 404 or answer.json()["rule"], (ask.path, name)
            tried += 1
    assert tried >= 180


@pytest.mark.requirement("D13")
async def test_ids_of_others_in_bodies_find_nothing(office: Office) -> None:
    await office.create()
    grants = [{"methods": ["listTickets"], "grant": {"level": "groups", "entries": [office.desk]}}]
    foreign = office.draft("Mine", business_unit_id=office.unit, grants=grants)

    refused = await office["stranger"].post("/api/integrations", foreign)

    assert (refused.status, refused.code) == (404, "business_unit.not_found")
    listed = await office["stranger"].get(f"/api/integrations?business_unit_id={office.unit}")
    assert done(listed)["items"] == []
