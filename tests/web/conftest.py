"""A browser, and a running installation to visit with it."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, expect

from servers import chromium, evil, jackfield, postgres
from servers.evil import EvilServer
from servers.jackfield import GENEROUS
from servers.postgres import OwnCluster
from web.built import require_built
from web.house import House
from web.people import Person, redeem
from web.visitor import Visitor

MILLISECONDS = 40_000
"""What a slow machine with other work may take for one step; on a free one it is well under a second."""
DESK = (1280, 900)
PHONE = (390, 844)

expect.set_options(timeout=MILLISECONDS)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A journey that fails shows what was on the pages then."""
    report = yield
    shown = item.stash.get(_SHOWN, None)
    if report.when == "call" and report.failed:
        item.stash[_FAILED] = True
    if report.when == "teardown" and shown:
        report.sections += [("On the page at teardown", text) for text in shown]
    return report


_SHOWN = pytest.StashKey[list[str]]()
_FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def built_pages() -> None:
    """The server has the pages of these sources."""
    chromium.program()
    require_built()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(built_pages: None) -> AsyncGenerator[Browser]:
    async with chromium.browser() as running:
        yield running


@pytest.fixture(scope="session")
def database_server() -> Generator[OwnCluster]:
    """The system that most connections are to."""
    with postgres.own_cluster("", "") as running:
        yield running


@pytest.fixture(scope="session")
def api_server() -> Generator[EvilServer]:
    """The system that custom integrations are to: it answers what it got."""
    with evil.serve() as running:
        yield running


@pytest.fixture(scope="session")
def house(
    built_pages: None, database_server: OwnCluster, api_server: EvilServer, tmp_path_factory: pytest.TempPathFactory
) -> Generator[House]:
    """An installation that all journeys of this worker share."""
    folder = tmp_path_factory.mktemp("house")
    (folder / "files").mkdir()
    with jackfield.running(folder, files_roots=str(folder / "files"), **GENEROUS) as server:
        yield House(server, redeem(server.url, "admin", server.code), database_server, api_server)


@pytest.fixture(scope="session")
def lasting() -> dict[tuple[object, ...], BrowserContext]:
    """Browsers that stay open for whoever comes again."""
    return {}


Visit = Callable[..., Awaitable[Visitor]]


@pytest_asyncio.fixture(loop_scope="session")
async def visit(
    browser: Browser,
    house: House,
    lasting: dict[tuple[object, ...], BrowserContext],
    request: pytest.FixtureRequest,
) -> AsyncGenerator[Visit]:
    """Sits somebody down at a browser of his own: `await visit(person, "/connections")`.

    With `again` it may be one at which the same person has sat before, and it stays open: for those who only look.
    """
    visitors: list[Visitor] = []

    async def sit_down(
        person: Person | None = None,
        path: str = "/",
        *,
        size: tuple[int, int] = DESK,
        colors: Literal["light", "dark"] = "light",
        locale: str = "en-GB",
        url: str = "",
        again: bool = False,
    ) -> Visitor:
        key = (person and person.cookie, size, colors, locale)
        context = lasting.get(key) if again else None
        if context is None:
            context = await browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                color_scheme=colors,
                locale=locale,
                reduced_motion="reduce",
                timezone_id="Europe/Berlin",  # not the one of the machine that the server runs on
            )
            context.set_default_timeout(MILLISECONDS)
        if again:
            lasting[key] = context
        if person is not None:
            name, _, value = person.cookie.partition("=")
            await context.add_cookies([{"name": name, "value": value, "url": person.url}])
        visitor = Visitor(await context.new_page(), url or (person.url if person else house.url))
        await visitor.watch()
        visitors.append(visitor)
        await visitor.go(path)
        return visitor

    yield sit_down
    if request.node.stash.get(_FAILED, False):
        request.node.stash[_SHOWN] = [await _shown(visitor) for visitor in visitors]
    else:
        for visitor in visitors:
            await visitor.require_nothing_seen(house.secrets)
            assert visitor.problems == []
    for visitor in visitors:
        await visitor.page.close()
        if visitor.page.context not in lasting.values():
            await visitor.page.context.close()


async def _shown(visitor: Visitor) -> str:
    outline = await visitor.page.locator("body").aria_snapshot()
    return "\n".join([visitor.page.url, outline, *visitor.problems])
