"""A real service with a document of its own, over the network: another Jackfield, read, signed in to, and used (O2, O4, O5)."""

import asyncio
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from api.company import done
from integrations.office import Office, grant
from servers import jackfield
from servers.jackfield import GENEROUS, PASSWORD, JackfieldServer

GROUPS = [f"Group {number}" for number in range(5)]
LEAST_READS = 20
"""So many lists and single things must have been asked for, or the test is blind."""


@pytest.mark.timeout(300)
@pytest.mark.requirement("O2", "O4", "O5")
async def test_a_service_is_used_by_its_own_document_and_answers_what_it_says(office: Office, tmp_path: Path) -> None:
    with jackfield.running(tmp_path, **GENEROUS) as service:
        token, document = await asyncio.to_thread(prepare, service)
        port = int(service.url.rpartition(":")[2])
        done(await office.admin.post("/api/outbound-targets", {"host": "127.0.0.1", "port": port}))
        everybody = grant("groups", office.desk, confirmation=False)
        integration = await office.create(
            document=document,
            details={"endpoint": service.url, "test_path": "api/me"},
            scheme="bearer",
            credentials={"token": token},
            grants=[{"filter": {"verb": "GET"}, "grant": everybody}, {"methods": ["group_create"], "grant": everybody}],
        )
        assert integration["state"] == "connected", integration["reason"]

        for name in GROUPS:
            done(await office.call("member", integration["id"], "group_create", body={"name": name}))
        answers = await read_everything(office, integration["id"])
        groups = await every_group(office, integration["id"])

    assert len(answers) >= LEAST_READS
    assert {name: one["warnings"] for name, one in answers.items() if one["checked"] == "differs"} == {}
    assert sum(one["checked"] == "fits" for one in answers.values()) >= LEAST_READS
    assert sorted(groups) == sorted(GROUPS)


def prepare(service: JackfieldServer) -> tuple[str, str]:
    """A token of its super admin, and its document."""
    service.sign_in("admin", service.code)
    token = (
        "token",
        "create",
        "office",
        "--scope",
        "read",
        "--scope",
        "manage:directory",
        "--password-stdin",
        "--json",
    )
    secret: str = service.run(*token, stdin=PASSWORD + "\n").json["text"]
    with urlopen(f"{service.url}/openapi.json") as answer:
        return secret, answer.read().decode()


async def read_everything(office: Office, integration: str) -> dict[str, Any]:
    """What each method answers that needs no argument."""
    path = f"/api/integrations/{integration}/methods"
    found: dict[str, Any] = {}
    for method in done(await office["member"].get(f"{path}?limit=200&granted=true"))["items"]:
        if "{" in method["path"]:
            continue
        answer = await office["member"].post(f"{path}/{method['name']}/calls", {"arguments": {}})
        if answer.status == 200:
            found[method["name"]] = answer.json()["result"]
    return found


async def every_group(office: Office, integration: str) -> list[str]:
    """Read two by two."""
    arguments: dict[str, Any] | None = {"limit": 2}
    names: list[str] = []
    pages = 0
    while arguments is not None:
        path = f"/api/integrations/{integration}/methods/group_list/calls"
        result = done(await office["member"].post(path, {"arguments": arguments}))["result"]
        names += [one["name"] for one in result["body"]["items"]]
        pages += 1
        arguments = result["page"]["next"]
    assert pages == 3
    return names
