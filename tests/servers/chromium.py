"""The machine's Chromium, driven by Playwright."""

import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright

from servers import needs

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def program() -> str:
    """Where it is; skips where there is none."""
    found = next((one for name in _NAMES if (one := shutil.which(name))), None)
    return found or needs("a browser", "apt-get install chromium")


@asynccontextmanager
async def browser() -> AsyncGenerator[Browser]:
    """One running browser, without windows."""
    path = program()
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        yield running
        await running.close()
