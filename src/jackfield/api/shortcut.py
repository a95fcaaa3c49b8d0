"""Plain routes, past the framework: its layers and its walk through all routes cost as much as a whole call."""

from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from jackfield.api.routes import PlainRoute

_METHOD: Final = "POST"


class Shortcut:
    """Answers the plain routes itself and hands everything else on.

    What it raises is the guard's to answer, which stands outside and turns errors into the same problems.
    """

    def __init__(self, app: Starlette) -> None:
        self._app = app
        self._plain = {route.path: route for route in app.routes if isinstance(route, PlainRoute)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        route = self._plain.get(scope.get("path", ""))
        if route is None or scope["type"] != "http" or scope["method"] != _METHOD:
            await self._app(scope, receive, send)
            return
        scope["app"] = self._app
        response = await route.answer(Request(scope, receive, send))
        await response(scope, receive, send)
