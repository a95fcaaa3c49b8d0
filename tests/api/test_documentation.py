"""The documentation page and the document it is made from."""

import re
from html.parser import HTMLParser

import pytest

from api.hub import Hub


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.targets: set[str] = set()
        self.loaded: set[str] = set()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        self.attributes |= given.keys()
        self.ids.add(given.get("id") or "")
        if tag == "a":
            self.targets.add(given.get("href") or "")
        elif "href" in given or "src" in given:
            self.loaded.add(given.get("href") or given.get("src") or "")


async def page(hub: Hub) -> tuple[str, Links]:
    answer = await hub.client().get("/docs")
    assert (answer.status, answer.header("content-type")) == (200, "text/html; charset=utf-8")
    links = Links()
    links.feed(answer.body.decode())
    return answer.body.decode(), links


@pytest.mark.requirement("D19")
async def test_the_page_asks_no_other_host_and_runs_no_script(hub: Hub) -> None:
    _, links = await page(hub)
    style = (await hub.client().get("/docs.css")).body.decode()

    assert links.loaded == {"/docs.css"}
    assert "script" not in links.tags
    assert not {name for name in links.attributes if name.startswith("on") or name == "style"}
    assert "url(" not in style
    assert "@import" not in style


async def test_the_page_knows_every_operation_and_every_link_leads_somewhere(hub: Hub) -> None:
    document = (await hub.client().get("/openapi.json")).json()
    text, links = await page(hub)

    operations = {one["operationId"] for methods in document["paths"].values() for one in methods.values()}
    assert operations <= links.ids
    assert {target[1:] for target in links.targets if target.startswith("#")} <= links.ids
    assert {target for target in links.targets if not target.startswith("#")} == {"/openapi.json"}
    assert len(operations) >= 3
    assert "prefers-color-scheme: dark" in (await hub.client().get("/docs.css")).body.decode()
    assert '<html lang="en">' in text


async def test_the_document_promises_problems_and_keys_for_every_operation(hub: Hub) -> None:
    document = (await hub.client().get("/openapi.json")).json()

    assert document["openapi"].startswith("3.1")
    assert "HTTPValidationError" not in document["components"]["schemas"]
    for methods in document["paths"].values():
        for method, operation in methods.items():
            assert re.fullmatch(r"[a-z]+(_[a-z]+)+", operation["operationId"])
            assert operation["responses"]["default"]
            assert operation.get("summary")
            assert operation.get("description")
            if operation["security"]:
                assert operation["x-jackfield-scope"]
            if method == "post" and operation["security"]:
                assert "Idempotency-Key" in {one["name"] for one in operation["parameters"]}


async def test_health_answers_without_the_database(hub: Hub) -> None:
    hub.services.database.close()

    answer = await hub.client().get("/health")

    assert (answer.status, answer.json()) == (200, {"status": "ok"})
