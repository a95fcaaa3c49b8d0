"""What whoever runs the installation sees of it."""

import asyncio
import subprocess
import sys
from collections.abc import Generator
from time import monotonic, sleep

import pytest
from playwright.async_api import expect

from servers.jackfield import SECONDS
from web.conftest import Visit
from web.hands import rows
from web.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAUSE = 600
"""Seconds that old keys are kept for calls under way: longer than anybody looks."""


@pytest.fixture
def rotation(house: House) -> Generator["subprocess.Popen[str]"]:
    """Everything has been moved under a new key, and the old one is still kept."""
    process = subprocess.Popen(
        [sys.executable, "-m", "jackfield", "keys", "rotate", "--pause", str(PAUSE)],
        env=dict(house.server.environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = monotonic() + SECONDS
    while not _is_moved(house) and monotonic() < deadline and process.poll() is None:
        sleep(0.02)
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate()


def _is_moved(house: House) -> bool:
    keys = house.admin.get("/api/keys")["keys"]
    return len(keys) == 2 and all(key["sealed"] == 0 for key in keys if not key["is_primary"])


@pytest.mark.requirement("E5", "D06")
async def test_a_rotation_of_the_keys_is_seen_while_it_goes_on_and_when_it_is_done(
    visit: Visit, house: House, rotation: "subprocess.Popen[str]"
) -> None:
    visitor = await visit(house.admin, "/installation")
    page = visitor.page
    keys = rows(page, "Keys")

    await expect(keys).to_have_count(2)
    await expect(keys.filter(has_text="Being replaced")).to_have_count(1)
    await expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "100")
    await visitor.require_accessible()

    # Broken off in its pause and called again, it goes on.
    rotation.kill()
    rotation.wait(SECONDS)
    await asyncio.to_thread(house.server.run, "keys", "rotate", "--pause", "0")
    await expect(keys).to_have_count(1)
    await expect(page.get_by_role("progressbar")).to_have_count(0)
