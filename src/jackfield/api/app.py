"""The REST API as one ASGI app: the guard outside, the routes inside.

Above it: the composition root, which makes the `Services`. Below it: every feature's services, which decide. Here is
only what belongs to HTTP: reading, naming, refusing, answering.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from jackfield.api import probes
from jackfield.api.desk import FrontDesk
from jackfield.api.guard import Guard
from jackfield.api.identity import request_id_of
from jackfield.api.languages import texts_for
from jackfield.api.pages import Site
from jackfield.api.problems import invalid_parameters, problem_of, routing_problem, unexpected_problem
from jackfield.api.routers import ROUTERS
from jackfield.api.routes import PageRoute, Routes, methods_at, require_declared
from jackfield.api.schema import Description
from jackfield.api.services import Services
from jackfield.api.shortcut import Shortcut
from jackfield.errors import HubError

FEATURES: Final[tuple[Routes, ...]] = (*ROUTERS, probes.routes)
"""The features' routes, in the order of the documentation."""

LifeCycle = Callable[[], AbstractAsyncContextManager[None]]


def create_app(
    services: Services,
    *,
    features: Sequence[Routes] = FEATURES,
    life_cycle: LifeCycle | None = None,
    site: Site | None = None,
) -> ASGIApp:
    """The whole API, and the web pages.

    Args:
        services: What it serves.
        features: Whose routes it has.
        life_cycle: Entered before the first request and left after the last.
        site: The web pages; those that were built into this package if it is left out.

    Raises:
        LookupError: A route doesn't declare who may use it (M09).
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        if life_cycle is None:
            yield
        else:
            async with life_cycle():
                yield

    app = FastAPI(
        title="Jackfield",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        exception_handlers={
            HubError: _answer_hub_error,
            RequestValidationError: _answer_invalid_parameters,
            HTTPException: _answer_routing_error,
            Exception: _answer_unexpected,
        },
    )
    for feature in features:
        feature.add_to(app)
    # The router asks in this order, and pages answer whatever nobody else does.
    app.router.routes.sort(key=lambda route: isinstance(route, PageRoute))
    require_declared(app.routes)
    desk = FrontDesk.of(services)
    app.state.desk = desk
    app.state.description = Description(app.routes, features)
    app.state.site = site or Site.built()
    return Guard(
        Shortcut(app), own_hosts=desk.own_hosts, limits=services.settings.limits, is_secure=desk.cookie.is_secure
    )


async def _answer_hub_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HubError)
    return problem_of(error, request_id_of(request)).said_in(texts_for(request.scope["headers"])).response()


async def _answer_invalid_parameters(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    problem = problem_of(invalid_parameters(error), request_id_of(request))
    return problem.said_in(texts_for(request.scope["headers"])).response()


async def _answer_routing_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    problem = routing_problem(error, request_id_of(request))
    if error.status_code == 405:
        # The router names the methods of the first route that fits the address, and there may be several.
        methods = methods_at(request.app.routes, request.scope)
        problem = replace(problem, headers={"allow": ", ".join(sorted(methods))})
    return problem.said_in(texts_for(request.scope["headers"])).response()


async def _answer_unexpected(request: Request, error: Exception) -> Response:
    # The framework raises it again for the guard, which writes it down.
    return unexpected_problem(error, request_id_of(request)).said_in(texts_for(request.scope["headers"])).response()
