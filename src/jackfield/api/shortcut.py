"""Plain and short routes, past the framework: its layers and its walk through all routes cost as much as a whole call."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from jackfield.api.routes import DeclaredRoute, PlainRoute

_METHOD: Final = "POST"


class Shortcut:
    """Answers the plain and the short routes itself and hands everything else on.

    What it raises is the guard's to answer, which stands outside and turns errors into the same problems.
    """

    def __init__(self, app: Starlette) -> None:
        self._app = app
        self._plain = {route.path: route.answer for route in app.routes if isinstance(route, PlainRoute)}
        self._short = {
            folder: (route, name)
            for route in app.routes
            if isinstance(route, DeclaredRoute) and route.declared.is_short
            for folder, name in [_split(route)]
        }
        """By all of their address but the name at its end."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        answer = self._find(scope) if scope["type"] == "http" and scope["method"] == _METHOD else None
        if answer is None:
            await self._app(scope, receive, send)
            return
        scope["app"] = self._app
        response = await answer(Request(scope, receive, send))
        await response(scope, receive, send)

    def _find(self, scope: Scope) -> Callable[[Request], Awaitable[Response]] | None:
        path: str = scope["path"]
        if (answer := self._plain.get(path)) is not None:
            return answer
        folder, _, value = path.rpartition("/")
        found = self._short.get(folder) if value else None
        return None if found is None else partial(found[0].answer_short, **{found[1]: value})


def _split(route: DeclaredRoute) -> tuple[str, str]:
    folder, _, name = route.path.rpartition("/")
    return folder, name.strip("{}")
