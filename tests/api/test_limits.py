"""Sizes, addresses behind a proxy, and whether we are ready: what an operator relies on."""

import json
import stat
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from api.hub import Hub, open_hub
from jackfield.api.problems import problem_of
from jackfield.db import Database
from jackfield.errors import LimitedError
from servers import jackfield


def test_a_limit_of_size_says_413_and_that_trying_again_does_not_help() -> None:
    size = problem_of(LimitedError("too large", limit=3))
    rate = problem_of(LimitedError("too often", retry_after=2))

    assert (size.status, size.body["retryable"]) == (413, False)
    assert (rate.status, rate.body["retryable"], rate.headers["retry-after"]) == (429, True, "2")


async def test_a_call_may_carry_a_file_that_no_other_request_may(hub: Hub) -> None:
    admin = await hub.super_admin()
    content = "A" * (2 << 20)

    call = await admin.post(
        "/api/calls", {"connection": "none", "action": "write", "arguments": {"file": {"base64": content}}}
    )
    group = await admin.post("/api/groups", {"name": "x", "description": content})

    assert (call.status, call.code) == (404, "connection.not_found")
    assert (group.status, group.code) == (413, "body.too_large")


async def test_not_ready_while_nothing_can_be_recorded(database: Database, tmp_path: Path) -> None:
    record = tmp_path / "record" / "audit.jsonl"
    record.parent.mkdir()
    async with open_hub(database, tmp_path, audit_file=record) as hub:
        await hub.super_admin()
        before = await hub.client().get("/ready")
        record.unlink(missing_ok=True)
        record.mkdir()
        without = await hub.client().get("/ready")
        record.rmdir()
        after = await hub.client().get("/ready")

    assert before.status == 200
    assert without.status == 503
    assert without.json()["checks"]["audit"] != "ok"
    assert after.status == 200


async def test_not_ready_while_the_key_file_is_away_or_open_to_others(hub: Hub) -> None:
    keys = hub.services.settings.key_file
    before = await hub.client().get("/ready")
    keys.rename(keys.with_name("aside"))
    away = await hub.client().get("/ready")
    keys.with_name("aside").rename(keys)
    keys.chmod(0o644)
    opened = await hub.client().get("/ready")
    keys.chmod(0o600)
    after = await hub.client().get("/ready")

    assert [one.status for one in (before, away, opened, after)] == [200, 503, 503, 200]
    assert away.json()["checks"] == {"database": "ok", "key": "failed", "audit": "ok"}


@pytest.mark.parametrize(("trusted", "limited"), [("", True), ("127.0.0.0/8", False)])
def test_behind_a_trusted_proxy_everybody_has_his_own_limit(tmp_path: Path, trusted: str, limited: bool) -> None:
    # One sign-in a minute for an address: the second comes from another one, if the proxy may say so.
    with jackfield.running(
        tmp_path,
        limits__sign_ins_per_minute_address="1",
        limits__sign_ins_per_minute_account="100",
        trusted_proxies=trusted,
    ) as server:
        codes = [sign_in_from(server.url, f"198.51.100.{number}") for number in (1, 2)]

    assert codes == [401, 429 if limited else 401]


def sign_in_from(url: str, address: str) -> int:
    """The status of a sign-in that fails, through a proxy that names the address."""
    body = {"sign_in_name": f"nobody at {address}", "password": "wrong horse battery staple"}
    headers = {"Content-Type": "application/json", "X-Forwarded-For": address}
    asked = urllib.request.Request(f"{url}/api/sessions", json.dumps(body).encode(), headers)
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(asked, timeout=30)
    return caught.value.code


def test_the_database_file_is_its_owner_s_alone(tmp_path: Path) -> None:
    path = tmp_path / "open to all" / "jackfield.db"
    path.parent.mkdir(mode=0o755)
    opened = Database.open(f"sqlite:///{path}")
    opened.check()
    opened.close()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
