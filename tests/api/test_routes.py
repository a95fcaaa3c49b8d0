"""How routes are declared, and pages and versions."""

from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, FastAPI
from pydantic import TypeAdapter, ValidationError

from api.hub import Hub
from jackfield.api.access import PUBLIC
from jackfield.api.app import FEATURES, create_app
from jackfield.api.bodies import Input
from jackfield.api.paging import Expected, PageAsked, PageOf, Tagging
from jackfield.api.routes import DeclaredRoute, Routes, require_declared
from jackfield.kernel import Cursor, Page, PageRequest

numbers = Routes("numbers", "For these tests.")


@numbers.get("/api/numbers", "number_list", PUBLIC)
async def list_numbers(paging: PageAsked, filter_: str = "") -> PageOf[str]:
    wanted: PageRequest = paging.wanted
    after = wanted.after("number", 1) or (0,)
    first = int(str(after[0])) + 1
    rows = list(range(first, min(first + wanted.limit + 1, 8)))
    page = Page[int].cut(rows, wanted.limit, "number", lambda number: (number,))
    return paging.answer(page, lambda number: f"{number}{filter_}")


@numbers.put("/api/number", "number_set", PUBLIC)
async def set_number(expected: Expected, tag: Tagging) -> int | None:
    tag.set(7)
    return expected


@pytest.fixture
def numbered(hub: Hub) -> Hub:
    return hub.with_routes(numbers)


def kinds_of(base: type[Input]) -> Iterator[type[Input]]:
    for one in base.__subclasses__():
        yield one
        yield from kinds_of(one)


def fits(field: TypeAdapter[object], value: object) -> bool:
    try:
        field.validate_python(value, strict=True)
    except ValidationError:
        return False
    return True


@pytest.mark.requirement("E3")
def test_a_whole_number_may_be_written_with_nothing_behind_the_point_wherever_one_is_read() -> None:
    annotated: Any = Annotated
    fields: dict[str, TypeAdapter[object]] = {
        f"{kind.__name__}.{name}": TypeAdapter(annotated[field.annotation, *field.metadata, name])
        for kind in kinds_of(Input)
        if kind.__module__.startswith("jackfield.")
        for name, field in kind.model_fields.items()
    }
    whole = {name: field for name, field in fields.items() if fits(field, 5) and not fits(field, 5.5)}

    assert "AllowTarget.port" in whole
    assert [name for name, field in whole.items() if not fits(field, 5.0)] == []


@pytest.mark.requirement("D12")
def test_a_route_that_declares_nothing_stops_the_start() -> None:
    app = FastAPI(openapi_url=None)

    @app.get("/api/forgotten")
    async def forgotten() -> None: ...

    with pytest.raises(LookupError, match="/api/forgotten"):
        require_declared(app.routes)


@pytest.mark.requirement("D12")
def test_a_declared_route_without_its_declaration_can_not_be_made() -> None:
    router = APIRouter(route_class=DeclaredRoute)

    async def forgotten() -> None: ...

    with pytest.raises(LookupError, match="/api/forgotten"):
        router.add_api_route("/api/forgotten", forgotten)


@pytest.mark.requirement("D12")
def test_every_route_of_the_api_says_who_may_use_it(hub: Hub) -> None:
    app = FastAPI(openapi_url=None)
    for feature in FEATURES:
        feature.add_to(app)

    require_declared(app.routes)

    assert len(app.routes) >= 5
    assert create_app(hub.services) is not None


async def test_a_list_is_walked_by_its_link_to_the_end(numbered: Hub) -> None:
    client = numbered.client()
    seen: list[str] = []
    path: str | None = "/api/numbers?limit=3&filter_=%C3%A4%26"

    while path:
        answer = await client.get(path)
        seen += answer.json()["items"]
        link = answer.header("link")
        assert (link is None) == (answer.json()["next"] is None)
        path = link.partition(">")[0].lstrip("<") if link else None

    assert seen == [f"{number}ä&" for number in range(1, 8)]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "query.limit"),
        ("limit=201", "query.limit"),
        ("cursor=nonsense", "cursor"),
        ("cursor=" + Cursor("other", (3,)).write(), "cursor"),
        ("cursor=" + "a" * 2001, "query.cursor"),
    ],
)
async def test_a_page_that_can_not_be_asked_for_is_refused(numbered: Hub, query: str, field: str) -> None:
    answer = await numbered.client().get(f"/api/numbers?{query}")

    assert (answer.status, answer.json()["field"]) == (422, field)


@pytest.mark.parametrize(
    ("if_match", "status", "value"),
    [(None, 200, None), ("*", 200, None), ('"v12"', 200, 12), ('"other"', 412, None), ('W/"v12"', 412, None)],
)
async def test_a_change_may_say_for_which_version_it_was_made(
    numbered: Hub, if_match: str | None, status: int, value: int | None
) -> None:
    answer = await numbered.client().put("/api/number", headers={"if-match": if_match})

    assert answer.status == status
    if status == 200:
        assert (answer.json(), answer.header("etag")) == (value, '"v7"')
    else:
        assert answer.code == "object.changed"


async def test_an_if_match_that_is_none_is_refused(numbered: Hub) -> None:
    answer = await numbered.client().put("/api/number", headers={"if-match": "v12"})

    assert (answer.status, answer.json()["field"]) == (422, "header.if-match")
