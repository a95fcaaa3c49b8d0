"""Whoever has a document read keeps nobody else waiting (case D24)."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from api.client import Answer
from integrations.office import DOCUMENT, Office, document

LONGEST_SECONDS = 1.0
"""Of work between two turns of the event loop: what calls have; alone on its machine it is about a quarter."""

OPERATION: dict[str, Any] = {
    "parameters": [{"name": "q", "in": "query", "schema": {"type": "string"}}],
    "responses": {"200": {"description": "What was asked for, in many words."}},
}
PATHS = ",".join(f'"/p{number}":{{"get":{{}}}}' for number in range(800_000))
TEXTS = {
    "long descriptions": json.dumps(
        {**DOCUMENT, "info": {"title": "t", "version": "1", "description": "a\n" * 5_000_000}}
    ),
    "many operations": json.dumps(document(**{f"/things/{number}": {"get": OPERATION} for number in range(4_900)})),
    "a million paths": '{"openapi":"3.0.0","paths":{' + PATHS + "}}",
    "deep": '{"openapi":"3.0.0","paths":' + "[" * 300_000,
}


class Turns:
    """Of the event loop: the most that this process worked between two of them.

    Measured by the processor's clock, on which a machine that does something else takes no time.
    """

    def __init__(self) -> None:
        self.longest = 0.0

    @asynccontextmanager
    async def watched(self) -> AsyncGenerator[None]:
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            task.cancel()

    async def _watch(self) -> None:
        before = time.process_time()
        while True:
            await asyncio.sleep(0.001)
            now = time.process_time()
            self.longest = max(self.longest, now - before)
            before = now


@pytest.mark.requirement("D24")
@pytest.mark.parametrize("name", TEXTS)
async def test_calls_go_on_while_a_document_is_read(office: Office, name: str) -> None:
    integration = (await office.create())["id"]
    body = json.dumps({"document": TEXTS[name]}).encode()
    headers = {"content-type": "application/json"}
    turns, answers = Turns(), list[Answer]()

    async with turns.watched():
        reading = asyncio.create_task(
            office["editor"].request("POST", "/api/integrations/readings", body=body, headers=headers)
        )
        while not reading.done():
            answers.append(await office.call("member", integration, "getTicket", id=7))

    assert (await reading).status in {200, 413, 422}
    assert {one.status for one in answers} == {200}
    # How many is a matter of the machine; none was kept until the reading was over.
    assert len(answers) > 1
    assert turns.longest < LONGEST_SECONDS
