"""How a list is given in pages, and what to ask for next."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jackfield.openapi import (
    Answer,
    Api,
    Operation,
    Paging,
    PagingKind,
    detect_paging,
    list_items,
    next_page,
    read_answer,
)
from openapi_descriptions import describe, parameter, read

JSON = "application/json"
NOW = datetime(2026, 11, 27, tzinfo=UTC)
LIST = {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "string"}}}}


def listing(schema: Any, *names: str, headers: Any = None, **operation: Any) -> tuple[Api, Operation]:
    answer = {"200": {"description": "", "content": {JSON: {"schema": schema}}, "headers": headers or {}}}
    parameters = [parameter(one, "query", {"type": "string" if one in TEXTS else "integer"}) for one in names]
    api = read(describe(*parameters, operation={"responses": answer, **operation}))
    return api, api.operations[0]


TEXTS = {"cursor", "pageToken", "starting_after", "$skiptoken", "marker"}


def within(**members: Any) -> dict[str, Any]:
    return {"type": "object", "properties": members}


def following(
    api: Api, operation: Operation, arguments: dict[str, Any], data: Any, **headers: str
) -> dict[str, Any] | None:
    paging = detect_paging(api, operation)
    assert paging is not None
    return next_page(paging, arguments, answered(api, operation, data, 200, **headers))


def answered(api: Api, operation: Operation, data: Any, status: int = 200, **headers: str) -> Answer:
    fields = [("Content-Type", JSON), *headers.items()]
    return read_answer(api, operation, status, fields, json.dumps(data).encode(), now=NOW)


def test_a_link_header_leads_on_by_what_its_address_says() -> None:
    api, operation = listing(LIST, "page", "per_page", headers={"Link": {"schema": {"type": "string"}}})
    link = (
        '<https://api.example/x?page=1>; rel="prev", <https://elsewhere.example/y?page=3&per_page=2&evil=1>; rel="next"'
    )

    paging = detect_paging(api, operation)

    assert paging is not None
    assert (paging.kind, paging.argument, paging.size, paging.items) == (PagingKind.LINK, "page", "per_page", ())
    assert following(api, operation, {"page": 2, "per_page": 2}, [{}, {}], Link=link) == {"page": "3", "per_page": 2}
    assert following(api, operation, {"page": 9}, [{}], Link='<https://api.example/x?page=1>; rel="first"') is None
    assert following(api, operation, {}, [{}]) is None


def test_a_cursor_is_carried_from_the_answer_to_the_next_call() -> None:
    schema = within(members=LIST, response_metadata=within(next_cursor={"type": "string"}))
    api, operation = listing(schema, "cursor", "limit")
    answer = {"members": [{}], "response_metadata": {"next_cursor": "abc="}}

    assert following(api, operation, {"limit": 1}, answer) == {"limit": 1, "cursor": "abc="}
    assert following(api, operation, {"cursor": "abc="}, answer) is None, "an answer that leads to itself"
    assert following(api, operation, {}, {"members": [], "response_metadata": {"next_cursor": ""}}) is None
    assert following(api, operation, {}, "nothing of the kind") is None


def test_the_last_item_is_the_cursor_where_the_document_has_no_other() -> None:
    api, operation = listing(within(data=LIST, has_more={"type": "boolean"}), "starting_after", "limit")

    assert following(api, operation, {}, {"data": [{"id": "a"}, {"id": "b"}], "has_more": True}) == {
        "starting_after": "b"
    }
    assert following(api, operation, {}, {"data": [{"id": "a"}], "has_more": False}) is None
    assert following(api, operation, {}, {"data": [], "has_more": True}) is None


def test_pages_are_counted_until_one_is_not_full() -> None:
    api, operation = listing(within(items=LIST), "page", "page_size")

    assert following(api, operation, {"page_size": 2}, {"items": [{}, {}]}) == {"page_size": 2, "page": 2}
    assert following(api, operation, {"page_size": 2, "page": "2"}, {"items": [{}, {}]}) == {"page_size": 2, "page": 3}
    assert following(api, operation, {"page_size": 2, "page": 3}, {"items": [{}]}) is None
    assert following(api, operation, {"page": 3}, {"items": []}) is None


def test_an_offset_grows_by_what_came_until_the_total() -> None:
    api, operation = listing(within(entries=LIST, total_count={"type": "integer"}), "offset", "limit")

    assert following(api, operation, {"limit": 2}, {"entries": [{}, {}], "total_count": 5}) == {"limit": 2, "offset": 2}
    assert following(api, operation, {"offset": 3}, {"entries": [{}, {}], "total_count": 5}) is None


def test_a_page_that_is_smaller_than_asked_for_ends_nothing_while_the_total_says_that_there_is_more() -> None:
    schema = within(items=LIST, total={"type": "integer"})
    page, by_page = listing(schema, "page", "limit")
    offset, by_offset = listing(schema, "offset", "limit")
    two, one = {"items": [{}, {}], "total": 5}, {"items": [{}], "total": 5}

    for limit in (100, "100"):
        assert following(page, by_page, {"limit": limit}, two) == {"limit": limit, "page": 2}
        assert following(page, by_page, {"limit": limit, "page": 2}, two) == {"limit": limit, "page": 3}
        assert following(page, by_page, {"limit": limit}, {"items": [{}] * 5, "total": 5}) is None
        assert following(offset, by_offset, {"limit": limit}, two) == {"limit": limit, "offset": 2}
        assert following(offset, by_offset, {"limit": limit, "offset": 4}, one) is None
    assert following(page, by_page, {"limit": "2", "page": 3}, one) is None
    assert following(page, by_page, {"limit": "2"}, {"items": [{}]}) is None


@pytest.mark.parametrize(
    "said",
    [
        {"has_more": True},
        {"total": 5},
        {"total": "5"},
        {"meta": {"totalCount": 5}},
        {"links": {"next": "https://api.example/things?after=x"}},
        {"next_page": 2},
    ],
)
def test_a_short_page_ends_nothing_while_the_answer_says_undeclared_that_there_is_more(said: dict[str, Any]) -> None:
    page, by_page = listing(within(items=LIST), "page", "limit")
    offset, by_offset = listing(within(items=LIST), "offset", "limit")
    short = {"items": [{}, {}], **said}

    assert following(page, by_page, {"limit": 100}, short) == {"limit": 100, "page": 2}
    assert following(offset, by_offset, {"limit": 100}, short) == {"limit": 100, "offset": 2}


@pytest.mark.parametrize(
    "said",
    [
        {"has_more": False},
        {"total": 2},
        {"links": {"next": None}},
        {"next": "/x", "has_more": False},
        {"notes": {"total": 5}},
    ],
)
def test_a_short_page_is_the_last_where_the_answer_says_nothing_of_more(said: dict[str, Any]) -> None:
    api, operation = listing(within(items=LIST), "offset", "limit")

    assert following(api, operation, {"limit": 100}, {"items": [{}, {}], **said}) is None


def test_headers_tell_of_more_where_the_answer_is_the_list() -> None:
    api, operation = listing(LIST, "page", "per_page")
    link = '<https://api.example/things?page=2>; rel="next"'

    assert following(api, operation, {"per_page": 100}, [{}, {}], Link=link) == {"per_page": 100, "page": 2}
    assert following(api, operation, {"per_page": 100}, [{}], **{"X-Total-Count": "7"}) == {"per_page": 100, "page": 2}
    assert following(api, operation, {"per_page": 100}, [{}], **{"X-Total-Count": "1"}) is None


def test_an_address_in_the_answer_is_read_and_not_followed() -> None:
    schema = within(value=LIST, **{"@odata.nextLink": {"type": "string"}})
    pageable = {"x-ms-pageable": {"nextLinkName": "@odata.nextLink"}}
    api, operation = listing(schema, "$skip", "$top", **pageable)
    link = "https://graph.example/v1/x?$skip=20&$top=10"

    paging = detect_paging(api, operation)

    assert paging is not None
    assert (paging.kind, paging.source, paging.next) == (PagingKind.URL, "x-ms-pageable", ("@odata.nextLink",))
    assert following(api, operation, {"$top": 10}, {"value": [{}] * 10, "@odata.nextLink": link}) == {
        "$top": 10,
        "$skip": "20",
    }
    opaque = "https://graph.example/v1/x?$skiptoken=X"
    assert following(api, operation, {"$skip": 5}, {"value": [{}] * 3, "@odata.nextLink": opaque}) == {"$skip": 8}
    assert following(api, operation, {}, {"value": [{}]}) is None


def test_an_extension_says_where_things_are() -> None:
    extension = {
        "type": "cursor",
        "inputs": [{"name": "marker", "in": "parameters", "type": "cursor"}],
        "outputs": {"results": "$.a.b", "nextCursor": "$.c"},
    }
    api, operation = listing({}, "marker", **{"x-speakeasy-pagination": extension})
    data = {"a": {"b": [1]}, "c": "k"}

    paging = detect_paging(api, operation)

    assert paging is not None
    assert paging.source == "x-speakeasy-pagination"
    assert list_items(paging, answered(api, operation, data)) == [1]
    assert following(api, operation, {}, data) == {"marker": "k"}


@pytest.mark.parametrize(
    ("schema", "names"),
    [
        (LIST, ["q"]),
        (within(data=LIST), ["cursor"]),
        (within(name={"type": "string"}), ["page"]),
        (within(first=LIST, second=LIST), ["page"]),
    ],
)
def test_what_does_not_show_how_it_pages_is_not_paged(schema: Any, names: list[str]) -> None:
    api, operation = listing(schema, *names)

    assert detect_paging(api, operation) is None


def test_only_what_reads_is_paged() -> None:
    api = read(describe(parameter("page", "query"), method="post"))

    assert detect_paging(api, api.operations[0]) is None


def test_a_failure_has_no_next_page() -> None:
    api, operation = listing(LIST, "page")
    paging = detect_paging(api, operation)

    assert paging is not None
    assert next_page(paging, {}, answered(api, operation, [{}], status=500)) is None


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["id", "a", "b"]), inner)),
    max_leaves=6,
)


@given(
    kind=st.sampled_from(PagingKind),
    way=st.one_of(st.none(), st.lists(st.sampled_from(["a", "b"]), max_size=2).map(tuple)),
    arguments=st.dictionaries(st.sampled_from(["page", "size", "q"]), VALUES),
    data=VALUES,
    link=st.one_of(st.text(max_size=20), st.sampled_from(["<", "<x?page=2>;rel=next", "<http://[?page=1>; rel=next"])),
)
def test_any_answer_leads_on_or_ends(
    kind: PagingKind, way: Any, arguments: dict[str, Any], data: Any, link: str
) -> None:
    paging = Paging(kind, "page", "size", items=way, next=way, more=way, total=way, names={"page": "page"})
    api, operation = listing(LIST, "page")

    found = next_page(paging, arguments, answered(api, operation, data, Link=link))

    assert found is None or (found != arguments and found.keys() <= {*arguments, "page"})
