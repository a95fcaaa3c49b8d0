"""Somebody at a browser. Whatever a journey is about, nothing secret may be seen and nothing may go wrong on the way."""

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import ConsoleMessage, Error, Page, Request, Response, expect

from web.built import AXE

ARRIVED = """async () => {
    // What has just changed begins to move with the next frame.
    await new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown)));
    await Promise.all(
        document.getAnimations()
            .filter((one) => one.effect?.getComputedTiming().endTime !== Infinity)
            .map((one) => one.finished.catch(() => null)),
    );
}"""
"""Waits until all that moves has arrived, but for what turns for ever."""

_LOOK_FOR_OBSTACLES = """() => axe.run(document, {resultTypes: ['violations']})
    .then(({passes, violations}) => ({passes: passes.length, violations}))"""

_REPORT_VIOLATIONS = """
addEventListener('securitypolicyviolation', (event) => {
  console.error(`content policy: ${event.violatedDirective} refused ${event.blockedURI}`);
});
"""


_REFUSAL = re.compile(r"Failed to load resource: the server responded with a status of (4..|502|503|504)")

_ADVICE = re.compile(r"\[DOM\] (?!Multiple forms)")
"""Chromium's advice on forms, which comes below all levels. Secrets of several ways to sign in belong to one form."""


@dataclass
class Visitor:
    page: Page
    url: str
    problems: list[str] = field(default_factory=list[str])
    """What a visitor never causes: errors, warnings and advice of the console, requests to other hosts."""
    answers: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """What the API answered, after its address."""
    _reading: "set[asyncio.Task[None]]" = field(default_factory=set["asyncio.Task[None]"])

    async def watch(self) -> None:
        """Note everything from now on."""
        await self.page.add_init_script(_REPORT_VIOLATIONS)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.problems.append(f"uncaught: {error}"))
        self.page.on("request", self._see_request)
        self.page.on("response", self._see_response)

    async def go(self, path: str) -> Page:
        """Open an address of the pages, as typed by hand."""
        await self.page.goto(f"{self.url}{path}")
        return self.page

    async def settled(self) -> Page:
        """The page, once it has its heading and nothing of it is loading any more."""
        await expect(self.page.get_by_role("main").get_by_role("heading").first).to_be_visible()
        await expect(self.page.locator("[aria-busy=true]")).to_have_count(0)
        return self.page

    async def require_accessible(self) -> None:
        """Nothing on the page is a serious or critical obstacle, as axe-core sees it."""
        # What changes its colours is looked at in those that it changes to.
        await self.page.evaluate(ARRIVED)
        # Evaluated by the debugger, which the content policy doesn't bind.
        await self.page.evaluate(AXE.read_text())
        found: Any = await self.page.evaluate(_LOOK_FOR_OBSTACLES)
        assert found["passes"] > 5, "axe-core has looked at the page"
        serious = [
            f"{one['id']}: {one['help']}: {node['html'][:200]} {node['failureSummary']}"
            for one in found["violations"]
            if one["impact"] in {"serious", "critical"}
            for node in one["nodes"]
        ]
        assert not serious, "\n".join(serious)

    async def require_nothing_seen(self, secrets: set[str]) -> None:
        """No secret is in the page, in an address, or in anything that the API answered."""
        await asyncio.gather(*self._reading)
        seen = {"the page": await self.page.content(), "the address": self.page.url}
        for address, text in self.answers:
            seen[address] = seen.get(address, "") + address + text
        found = [(place, secret) for place, text in seen.items() for secret in secrets if secret in text]
        assert not found, found

    def _hear(self, message: ConsoleMessage) -> None:
        # A refusal of the API is no error of the page; Chromium says it of every answer above 399.
        is_refusal = _REFUSAL.match(message.text) and "/api/" in message.location["url"]
        if (message.type in {"error", "warning"} or _ADVICE.match(message.text)) and not is_refusal:
            self.problems.append(f"{message.type}: {message.text} ({self.page.url})")

    def _see_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.url}/", "data:", "blob:")):
            self.problems.append(f"request to {request.url}")

    def _see_response(self, response: Response) -> None:
        if response.url.startswith(f"{self.url}/api/"):
            task = asyncio.create_task(self._read(response))
            self._reading.add(task)

    async def _read(self, response: Response) -> None:
        try:
            text = await response.text()
        except Error:
            # The page was left before all of it came: nobody saw it either.
            text = ""
        self.answers.append((response.url, text))
