"""Errors in HTTP."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import Field

from api.client import HOST
from api.hub import Hub
from jackfield import api, audit, connections, connectors, directory, egress, gateway, notices, vault
from jackfield.api.access import PUBLIC
from jackfield.api.bodies import Input
from jackfield.api.problems import STATUS_OF_KIND, problem_of
from jackfield.api.routes import Routes
from jackfield.db import Database
from jackfield.errors import HubError, Kind

ROOMS = (api, audit, connections, connectors, directory, egress, gateway, notices, vault)
"""Imported so that their errors are known."""
CANARY = "kA7-canary-Zt94-never-to-be-seen"


def every_error(of: type[HubError] = HubError) -> Iterator[type[HubError]]:
    for one in of.__subclasses__():
        yield one
        yield from every_error(one)


def test_every_kind_has_a_status() -> None:
    assert STATUS_OF_KIND.keys() == set(Kind)


def test_every_error_of_every_room_becomes_a_problem_with_its_own_fields_only() -> None:
    # A class with a constructor of its own makes its one sentence itself.
    errors = [one for one in every_error() if one.__init__ is HubError.__init__]

    for one in errors:
        data: dict[str, Any] = dict.fromkeys(one.fields, 7)
        error = one("one sentence", **data)
        problem = problem_of(error)
        assert problem.body["status"] == problem.status
        assert 400 <= problem.status <= 599
        assert problem.body["code"] == error.code
        assert problem.body["detail"] == "one sentence"
        assert "." in error.code
        own = {"type", "title", "status", "detail", "code", "kind", "retryable", "request_id"}
        assert {name.removeprefix("remote_") for name in problem.body.keys() - own} <= one.fields
    assert len(errors) >= 40


def test_an_unauthenticated_answer_says_how_to_sign_in() -> None:
    problem = problem_of(next(one for one in every_error() if one.__name__ == "UnauthenticatedError")("who?"))

    assert (problem.status, problem.headers["www-authenticate"]) == (401, 'Bearer realm="jackfield"')


class Thing(Input):
    name: str
    count: int
    inner: dict[str, int] = Field(default_factory=dict)


things = Routes("things", "For these tests.")


@things.post("/api/things", "thing_create", PUBLIC)
async def create_thing(body: Thing) -> dict[str, str]:
    return {"name": body.name}


@things.post("/api/failing", "thing_fail", PUBLIC)
async def fail() -> None:
    raise LookupError(CANARY)


@things.get("/api/numbers", "thing_count", PUBLIC)
async def numbers(number: int = 3) -> int:
    return number


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        (b'{"name": "%s"}', 422, "input.invalid", "count"),
        (b'{"name": 5, "count": "%s"}', 422, "input.invalid", "name"),
        (b'{"name": "x", "count": "%s"}', 422, "input.invalid", "count"),
        (b'{"name": "x", "count": "3%.0s"}', 422, "input.invalid", "count"),
        (b'{"name": "x", "count": true, "inner": {"a": "%s"}}', 422, "input.invalid", "count"),
        (b'{"name": "x", "count": 1, "inner": {"a": "%s"}}', 422, "input.invalid", "inner.a"),
        (b'{"name": "x", "count": 1, "role": "%s"}', 422, "input.invalid", "role"),
        (b'{"name": "%s", "count": 1', 400, "json.invalid", None),
        (b'{"name": "%s", "count": NaN}', 400, "json.invalid", None),
        (b'{"name": "%s", "count": 1e999}', 400, "json.invalid", None),
        (b'{"name": "%s", "name": "b", "count": 1}', 400, "json.duplicate_name", None),
        (b'["%s"]', 422, "input.invalid", "body"),
        (b'"%s"', 422, "input.invalid", "body"),
        (b"%.0s", 422, "input.invalid", "body"),
        (b'{"name": "%s\\u0000", "count": 1}', 422, "input.invalid", "name"),
        (b'{"name": "%s\\ud800", "count": 1}', 400, "json.invalid", None),
        (b'{"name": "%s", "count": ' + b"[" * 100 + b"]" * 100 + b"}", 413, "json.too_deep", None),
        (b'{"name": "%s", "count": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 413, "json.too_deep", None),
        (b'{"name": "\xff%s", "count": 1}', 400, "json.invalid", None),
    ],
)
@pytest.mark.requirement("D02", "D17")
async def test_bad_bodies_are_refused_with_the_path_and_without_the_value(
    hub: Hub, body: bytes, status: int, code: str, field: str | None
) -> None:
    answer = (
        await hub.with_routes(things)
        .client()
        .request("POST", "/api/things", body=body % CANARY.encode(), headers={"content-type": "application/json"})
    )

    problem = answer.json()
    assert (answer.status, problem["code"]) == (status, code)
    assert answer.header("content-type") == "application/problem+json"
    assert CANARY not in answer.body.decode()
    if field is not None:
        assert problem["field"] == field


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml", None])
@pytest.mark.requirement("D19")
async def test_a_body_that_is_not_said_to_be_json_is_refused(hub: Hub, media_type: str | None) -> None:
    answer = (
        await hub.with_routes(things)
        .client()
        .request("POST", "/api/things", body=b'{"name": "a", "count": 1}', headers={"content-type": media_type})
    )

    assert (answer.status, answer.code) == (415, "body.media_type")


async def test_good_bodies_are_read(hub: Hub) -> None:
    answer = (
        await hub.with_routes(things)
        .client()
        .request(
            "POST",
            "/api/things",
            body=b'{"name": "\xc3\xa4", "count": 1}',
            headers={"content-type": "application/json; charset=utf-8"},
        )
    )

    assert (answer.status, answer.json()) == (200, {"name": "ä"})


@pytest.mark.parametrize(
    ("query", "field"),
    [("number=a", "query.number"), ("other=1", "query.other"), ("number=1&number=2", "query.number")],
)
async def test_a_query_that_is_wrong_unknown_or_double_is_refused(hub: Hub, query: str, field: str) -> None:
    answer = await hub.with_routes(things).client().get(f"/api/numbers?{query}")

    assert (answer.status, answer.json()["field"]) == (422, field)


@pytest.mark.parametrize("path", ["/api/numbers?number=%00", "/api/%00"])
async def test_a_nul_in_the_address_is_refused(hub: Hub, path: str) -> None:
    answer = await hub.with_routes(things).client().get(path)

    assert (answer.status, answer.code) == (400, "request.invalid")


@pytest.mark.requirement("D02")
async def test_what_nobody_foresaw_is_told_and_logged_by_its_request_id_alone(
    hub: Hub, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await hub.with_routes(things).client().post("/api/failing")

    logged = "".join(capsys.readouterr())
    assert (answer.status, answer.code) == (500, "server.failed")
    assert answer.json()["request_id"] == answer.header("x-request-id")
    assert answer.header("x-content-type-options") == "nosniff"
    assert CANARY not in answer.body.decode() + logged
    assert str(answer.header("x-request-id")) in logged
    assert "test_problems.py" in logged


@pytest.mark.requirement("D66")
async def test_a_full_database_is_told_as_the_operator_s_to_mend_and_its_reason_logged(
    hub: Hub, sqlite_database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    admin = await hub.super_admin()
    await sqlite_database.write(lambda tx: tx.connection.exec_driver_sql("PRAGMA max_page_count = 1"))

    answers = [
        await admin.post("/api/business-units", {"name": f"Unit {number}", "description": "x" * 2000})
        for number in range(30)
    ]

    answer = answers[-1]
    assert (answer.status, answer.code) == (503, "database.unavailable")
    logged = "".join(capsys.readouterr())
    assert "database or disk is full" in logged
    assert "x" * 2000 not in answer.body.decode() + logged


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nowhere", 404, "route.not_found"),
        ("DELETE", "/api/things", 405, "route.method_not_allowed"),
        ("TRACE", "/health", 405, "route.method_not_allowed"),
        ("GET", "/api/things/", 404, "route.not_found"),
    ],
)
async def test_the_routers_own_refusals_have_the_same_shape(
    hub: Hub, method: str, path: str, status: int, code: str
) -> None:
    answer = await hub.with_routes(things).client().request(method, path)

    assert (answer.status, answer.code) == (status, code)
    assert answer.header("content-type") == "application/problem+json"
    assert HOST not in answer.body.decode()
