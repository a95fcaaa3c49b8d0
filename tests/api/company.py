"""A small company, made through the API: a business unit with its people, a stranger, and a connection to nginx."""

from dataclasses import dataclass
from typing import Any

from api.client import ORIGIN, Answer, Client
from api.hub import PASSWORD, Hub
from servers import nginx
from servers.nginx import Nginx

HEADER_CANARY = "kA7canaryHeaderZt94never2beSeen0"
"""A secret of 32 characters, to be found nowhere."""


@dataclass
class Company:
    hub: Hub
    server: Nginx
    admin: Client
    """The super admin."""
    unit: str
    other_unit: str
    connection: str
    people: dict[str, str]
    """Their ids."""
    clients: dict[str, Client]
    """Browsers: `administrator`, `editor`, `member`, `auditor` of the unit, `stranger`, administrator of another."""

    def __getitem__(self, name: str) -> Client:
        return self.clients[name]


def done(answer: Answer) -> Any:
    assert answer.status < 300, answer.body
    return answer.json() if answer.body else None


async def sign_in(hub: Hub, body: dict[str, str], path: str = "/api/sessions") -> Client:
    """Somebody in a browser of his own."""
    answer = await hub.client(origin=ORIGIN).post(path, body)
    done(answer)
    cookie = (answer.header("set-cookie") or "").partition(";")[0]
    return Client(hub.app, {"cookie": cookie, "origin": ORIGIN})


async def add_person(hub: Hub, admin: Client, name: str) -> tuple[str, Client]:
    issued = done(await admin.post("/api/people", {"name": name.title(), "sign_in_name": f"{name}@example.com"}))
    body = {"code": issued["code"], "password": PASSWORD}
    return issued["person"]["id"], await sign_in(hub, body, "/api/sessions/redeem-code")


def http_connection(unit: str, server: Nginx, name: str = "Archive", **changes: Any) -> dict[str, Any]:
    """What one sends to create a connection to nginx."""
    return {
        "business_unit_id": unit,
        "name": name,
        "connector": "http",
        "scheme": "bearer",
        "details": {"base_url": f"{server.base}/", "test_path": "bearer/index.html"},
        "credentials": {"token": nginx.TOKEN},
        **changes,
    }


async def found_company(hub: Hub, server: Nginx) -> Company:
    admin = await hub.super_admin()
    unit = done(await admin.post("/api/business-units", {"name": "Accounting"}))["id"]
    other_unit = done(await admin.post("/api/business-units", {"name": "Sales"}))["id"]
    people: dict[str, str] = {}
    clients: dict[str, Client] = {}
    for name in ("administrator", "editor", "member", "auditor", "stranger"):
        people[name], clients[name] = await add_person(hub, admin, name)
        place, role = (other_unit, "administrator") if name == "stranger" else (unit, name)
        done(await admin.put(f"/api/business-units/{place}/members/{people[name]}", {"roles": [role]}))
    done(await admin.post("/api/outbound-targets", {"host": "127.0.0.1", "port": server.port}))
    made = done(await clients["editor"].post("/api/connections", http_connection(unit, server)))
    assert made["state"] == "connected", made["reason"]
    return Company(hub, server, admin, unit, other_unit, made["id"], people, clients)
