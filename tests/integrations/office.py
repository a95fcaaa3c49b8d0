"""A company with a custom integration to a server that remembers what it got; made through the API."""

import copy
from dataclasses import dataclass, field, replace
from typing import Any

from api.client import Answer, Client
from api.company import done
from api.hub import Hub
from jackfield.directory import Caller, Scope
from jackfield.integrations import TEXT_VERSION
from jackfield.kernel import Door, PersonId, RequestId, SessionId, write_json
from servers.evil import EvilServer, Received

KEY = "kA7canaryKeyOfTheTicketsZt94"

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Tickets", "version": "1"},
    "servers": [{"url": "https://tickets.example.com/v1"}],
    "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"}}},
    "security": [{"key": []}],
    "paths": {
        "/tickets": {
            "get": {
                "operationId": "listTickets",
                "summary": "List the tickets",
                "tags": ["tickets"],
                "parameters": [{"name": "state", "in": "query", "schema": {"type": "string"}}],
                "responses": {"200": {"description": "The tickets."}},
            },
            "post": {
                "operationId": "openTicket",
                "summary": "Open a ticket",
                "tags": ["tickets"],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "properties": {"subject": {"type": "string"}},
                                "required": ["subject"],
                            }
                        }
                    },
                },
                "responses": {"201": {"description": "Opened."}},
            },
        },
        "/tickets/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": {"operationId": "getTicket", "tags": ["tickets"], "responses": {"200": {"description": "One."}}},
            "put": {
                "operationId": "changeTicket",
                "tags": ["tickets"],
                "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
                "responses": {"200": {"description": "Changed."}},
            },
            "delete": {
                "operationId": "deleteTicket",
                "tags": ["admin"],
                "responses": {"204": {"description": "Gone."}},
            },
        },
        "/me": {"get": {"operationId": "whoAmI", "tags": ["account"], "responses": {"200": {"description": "Me."}}}},
        "/broken": {"get": {"operationId": "broken", "parameters": [{"$ref": "#/nowhere"}], "responses": {}}},
    },
}


def document(**paths: Any) -> dict[str, Any]:
    """The document, with other paths where some are given; None takes one away."""
    changed = copy.deepcopy(DOCUMENT)
    for path, item in paths.items():
        if item is None:
            del changed["paths"][path]
        else:
            changed["paths"][path] = item
    return changed


def paged(**answer: Any) -> dict[str, Any]:
    """The document, with a list that comes in pages; `answer` is what else it says of the answer."""
    ticket = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
    page = {
        "type": "object",
        "properties": {"items": {"type": "array", "items": ticket}, "next_cursor": {"type": "string"}},
    }
    parameters = [
        {"name": name, "in": "query", "schema": {"type": kind}}
        for name, kind in (("cursor", "string"), ("limit", "integer"), ("state", "string"))
    ]
    answers = {"200": {"description": "", "content": {"application/json": {"schema": page}}, **answer}}
    operation = {"operationId": "listTickets", "parameters": parameters, "responses": answers}
    return document(**{"/tickets": {"get": operation}})


def json_answer(value: Any, *head: str, status: str = "200 OK") -> bytes:
    """What a server says, with further header lines."""
    body = write_json(value)
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", *head, f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def text_of(value: Any) -> str:
    return write_json(value).decode()


def grant(level: str, *entries: str, confirmation: bool | None = None) -> dict[str, Any]:
    return {"level": level, "entries": list(entries), "confirmation": confirmation}


@dataclass
class Office:
    hub: Hub
    server: EvilServer
    admin: Client
    """The super admin."""
    unit: str
    other_unit: str
    desk: str
    """An access group: `editor`, `member` and `temp` are in it."""
    outside: str
    """A group that is none: `outsider` is in it."""
    people: dict[str, str] = field(default_factory=dict[str, str])
    clients: dict[str, Client] = field(default_factory=dict[str, Client])

    def __getitem__(self, name: str) -> Client:
        return self.clients[name]

    def draft(self, title: str = "Tickets", **changes: Any) -> dict[str, Any]:
        """What one sends to create an integration."""
        return {
            "business_unit_id": self.unit,
            "title": title,
            "description": "The tickets of the desk.",
            "access_groups": [self.desk],
            "document": text_of(DOCUMENT),
            "details": {"endpoint": self.server.url("/echo/v1")},
            "scheme": "api_key_header",
            "credentials": {"name": "X-Api-Key", "value": KEY},
            "grants": [
                {"methods": ["listTickets", "getTicket"], "grant": grant("groups", self.desk)},
                {"methods": ["openTicket"], "grant": grant("individuals", self.people["member"], confirmation=False)},
                {"methods": ["deleteTicket"], "grant": grant("company", self.unit)},
            ],
            "accept_responsibilities": TEXT_VERSION,
            **changes,
        }

    async def create(self, title: str = "Tickets", **changes: Any) -> Any:
        return done(await self["editor"].post("/api/integrations", self.draft(title, **changes)))

    async def call(self, name: str, integration: str, method: str, /, **arguments: Any) -> Answer:
        path = f"/api/integrations/{integration}/methods/{method}/calls"
        return await self.clients[name].post(path, {"arguments": arguments})

    def sent(self) -> list[Received]:
        """What left since it was last asked."""
        found = list(self.server.requests)
        self.server.requests.clear()
        return found


async def open_office(hub: Hub, server: EvilServer) -> Office:
    """Everybody comes with an API token: passwords take a second each."""
    directory = hub.services.directory
    await directory.sign_in.first_start()
    root = await hub.services.database.read(lambda tx: directory.facts.list_super_admins(tx)[0])
    admin = await token_of(hub, root)
    unit = done(await admin.post("/api/business-units", {"name": "Service"}))["id"]
    other_unit = done(await admin.post("/api/business-units", {"name": "Sales"}))["id"]
    desk = done(await admin.post("/api/groups", {"name": "Desk"}))["id"]
    outside = done(await admin.post("/api/groups", {"name": "Visitors"}))["id"]
    office = Office(hub, server, admin, unit, other_unit, desk, outside)
    for name, (place, role) in {
        "editor": (unit, "editor"),
        "member": (unit, "member"),
        "temp": (unit, "member"),
        "outsider": (unit, "member"),
        "auditor": (unit, "auditor"),
        "colleague": (unit, "editor"),
        "stranger": (other_unit, "administrator"),
    }.items():
        issued = done(await admin.post("/api/people", {"name": name.title(), "sign_in_name": name}))
        office.people[name] = issued["person"]["id"]
        done(await admin.put(f"/api/business-units/{place}/members/{office.people[name]}", {"roles": [role]}))
        office.clients[name] = await token_of(hub, office.people[name])
    for name in ("editor", "member", "temp"):
        done(await admin.put(f"/api/groups/{desk}/members/{office.people[name]}"))
    done(await admin.put(f"/api/groups/{outside}/members/{office.people['outsider']}"))
    done(await admin.post("/api/outbound-targets", {"host": server.host, "port": server.port}))
    return office


async def token_of(hub: Hub, person_id: str, *scopes: Scope) -> Client:
    """A program of somebody's."""
    directory = hub.services.directory
    principal = await directory.find_principal(PersonId(person_id))
    assert principal is not None
    caller = Caller(replace(principal, session_id=SessionId("ses_test")), Door.UI, RequestId("req_test"))
    issued = await directory.tokens.create_token(caller, name="program", scopes=scopes or tuple(Scope))
    return Client(hub.app, {"authorization": f"Bearer {issued.secret.reveal()}"})
