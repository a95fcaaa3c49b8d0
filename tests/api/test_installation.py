"""How the installation is, and how its keys stand."""

import sys
from datetime import datetime

import pytest

from api.company import Company, add_person, done
from api.conftest import OpenHub
from jackfield.db import SQLITE
from jackfield.db.sqlite import journal_of
from jackfield.directory import Scope
from jackfield.vault import add_key


@pytest.mark.requirement("E5", "E6")
async def test_the_installation_says_what_it_runs_on_and_nothing_secret(company: Company) -> None:
    company.people["inspector"], inspector = await add_person(company.hub, company.admin, "inspector")
    path = f"/api/people/{company.people['inspector']}"
    done(await company.admin.patch(path, {"installation_roles": ["auditor"]}))

    found = done(await inspector.get("/api/installation"))
    anchor = done(await inspector.get("/api/audit/anchor"))

    assert found["python_version"] == ".".join(map(str, sys.version_info[:3]))
    assert found["database"]["kind"] == "sqlite"
    assert found["database"]["journal"] == journal_of(SQLITE.sqlite_version_info)
    assert found["database"]["free_bytes"] > 0
    assert (found["public_url"], found["is_encrypted"]) == ("http://127.0.0.1:8050", False)
    assert (found["production"], found["audit_in_file"]) == (False, False)
    assert datetime.fromisoformat(found["created_at"]) <= datetime.fromisoformat(found["started_at"])
    assert found["audit"]["sequence"] <= anchor["sequence"]


async def test_the_end_of_the_record_is_not_shown_to_a_token_that_was_not_made_for_it(company: Company) -> None:
    reader = await company.hub.program(company.admin, [Scope.READ])

    assert done(await reader.get("/api/installation"))["audit"] is None
    assert (await reader.get("/api/audit/anchor")).status == 403


@pytest.mark.requirement("D06")
async def test_keys_are_counted_and_a_rotation_under_way_is_seen(company: Company) -> None:
    before = done(await company.admin.get("/api/keys"))
    add_key(company.hub.services.settings.key_file)
    after = done(await company.admin.get("/api/keys"))

    (key,) = before["keys"]
    assert key["is_primary"]
    assert key["sealed"] >= 2  # the check of the key file, and one token
    assert (before["is_rotating"], before["last_rotation_at"], before["is_beside_data"]) == (False, None, False)
    assert (before["missing"], before["problems"]) == ({}, [])
    assert after["is_rotating"]
    assert [one["sealed"] for one in after["keys"] if one["id"] == key["id"]] == [key["sealed"]]
    assert sum(one["is_primary"] for one in after["keys"]) == 1


async def test_keys_beside_the_data_and_a_file_that_others_read_are_told(opens: OpenHub, company: Company) -> None:
    settings = company.hub.services.settings
    settings.key_file.chmod(0o644)
    problems = done(await company.admin.get("/api/keys"))["problems"]
    assert len(problems) == 1
    assert "chmod" in problems[0]

    beside = company.hub.with_settings(settings.model_copy(update={"data_dir": settings.key_file.parent}))
    client = type(company.admin)(beside.app, company.admin.headers)
    assert done(await client.get("/api/keys"))["is_beside_data"] is True
