"""Documents as they are needed for calls: read once for each version, kept as long as there is room."""

import asyncio
from collections import OrderedDict
from typing import Final

from jackfield.db import Database
from jackfield.integrations.store import documents
from jackfield.kernel import ConnectionId
from jackfield.openapi import CHECKED_BEFORE, Api, read_api, trust_document

_MOST_BYTES: Final = 64 << 20
"""Of documents; read ones take a small multiple of their text."""

_Key = tuple[ConnectionId, int]


class Apis:
    """Read documents by integration and version. What makes room is what was not used for longest."""

    def __init__(self, database: Database, most_bytes: int = _MOST_BYTES) -> None:
        self._database = database
        self._most_bytes = most_bytes
        self._kept: OrderedDict[_Key, tuple[Api, int]] = OrderedDict()
        self._size = 0
        self._under_way: dict[_Key, asyncio.Task[Api]] = {}

    async def get(self, integration_id: ConnectionId, number: int) -> Api:
        """One version, mostly from memory; of several that ask at once, one reads."""
        key = (integration_id, number)
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            return kept[0]
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.ensure_future(self._read(key))
            self._under_way[key] = task
            task.add_done_callback(lambda _: self._under_way.pop(key, None))
        # Whoever goes away doesn't take it from the others.
        return await asyncio.shield(task)

    def __len__(self) -> int:
        return len(self._kept)

    async def _read(self, key: _Key) -> Api:
        json_text = await self._database.read(lambda tx: documents.read_json_text(tx, *key))
        api = await asyncio.to_thread(lambda: read_api(trust_document(json_text), limits=CHECKED_BEFORE))
        self._keep(key, api, len(json_text))
        return api

    def _keep(self, key: _Key, api: Api, size: int) -> None:
        self._kept[key] = (api, size)
        self._size += size
        while self._size > self._most_bytes and len(self._kept) > 1:
            _, (_, freed) = self._kept.popitem(last=False)
            self._size -= freed
