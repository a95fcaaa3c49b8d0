"""A server process of the API alone, for tests over the network: `python serve_hub.py FOLDER PORT LIMITS`.

Its web pages are those in FOLDER/ui.
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from api.hub import open_hub
from jackfield.api.pages import Site
from jackfield.api.serving import leave_process, make_server
from jackfield.db import Database
from jackfield.migrations import upgrade


def leave(variable: str, content: bytes) -> None:
    """Leave something for the test where it asked for it."""
    Path(os.environ[variable]).write_bytes(content)


async def serve(folder: Path, port: int, limits: dict[str, float]) -> None:
    database = Database.open(f"sqlite:///{folder / 'data' / 'jackfield.db'}")
    upgrade(database)
    async with open_hub(database, folder, limits=limits) as hub:
        hub.site = Site.read(folder / "ui")
        if "JACKFIELD_TEST_TOKEN_FILE" in os.environ:
            program = await hub.program(await hub.super_admin())
            document = await hub.client().get("/openapi.json")
            leave("JACKFIELD_TEST_TOKEN_FILE", program.headers["authorization"].removeprefix("Bearer ").encode())
            leave("JACKFIELD_TEST_DOCUMENT", document.body)
        server = make_server(hub.app, host="127.0.0.1", port=port, limits=hub.services.settings.limits)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
        await server.serve()
    database.close()


asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])))
leave_process()
