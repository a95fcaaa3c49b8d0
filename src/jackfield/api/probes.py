"""What machines ask: is it alive, may requests be sent here. And what people open: the web pages, the documentation."""

import asyncio
from importlib.resources import files
from typing import Final, Literal

import structlog
from starlette.requests import Request
from starlette.responses import Response

from jackfield.api.access import PUBLIC, STATIC
from jackfield.api.bodies import Output
from jackfield.api.desk import Hub
from jackfield.api.pages import Site
from jackfield.api.routes import Routes
from jackfield.api.schema import Description
from jackfield.api.services import Check
from jackfield.errors import HubError

_log = structlog.get_logger("jackfield.api")

_CHECK_SECONDS: Final = 5.0

routes = Routes("service", "Whether the service is there, and what it offers.")


class Health(Output):
    """Alive."""

    status: Literal["ok"] = "ok"


class Readiness(Output):
    """Whether requests may be sent here, and what works."""

    status: Literal["ready", "not ready"]
    checks: dict[str, Literal["ok", "failed"]]


@routes.get("/health", "service_health", PUBLIC, summary="Alive")
async def get_health() -> Health:
    """Answers as long as the process does; asks nothing else, not even the database."""
    return Health()


@routes.get(
    "/ready",
    "service_ready",
    PUBLIC,
    summary="Ready for requests",
    responses={503: {"model": Readiness, "description": "Something that every request needs doesn't work."}},
)
async def get_readiness(hub: Hub, response: Response) -> Readiness:
    """Whether database, key and audit work; why one doesn't is in the log, not here."""
    found = await asyncio.gather(*(_is_good(check) for check in hub.checks))
    results: dict[str, Literal["ok", "failed"]] = {
        check.name: "ok" if good else "failed" for check, good in zip(hub.checks, found, strict=True)
    }
    if all(found):
        return Readiness(status="ready", checks=results)
    response.status_code = 503
    return Readiness(status="not ready", checks=results)


async def _is_good(check: Check) -> bool:
    try:
        async with asyncio.timeout(_CHECK_SECONDS):
            await check.check()
    except HubError as error:
        _log.warning("check.failed", check=check.name, code=error.code, reason=error.message)
    except Exception as error:  # noqa: BLE001  # whatever is wrong, the answer is the same
        _log.warning("check.failed", check=check.name, code=type(error).__name__)
    else:
        return True
    return False


@routes.get("/openapi.json", "service_describe", PUBLIC, summary="The OpenAPI document", response_class=Response)
async def get_openapi(request: Request) -> Response:
    """This API, as OpenAPI 3.1."""
    return Response(_description(request).json, media_type="application/json")


@routes.get("/docs", "service_documentation", PUBLIC, include_in_schema=False)
async def get_documentation(request: Request) -> Response:
    """The document as a page."""
    return Response(_description(request).page, media_type="text/html; charset=utf-8")


@routes.get("/docs.css", "service_documentation_style", PUBLIC, include_in_schema=False)
async def get_documentation_style() -> Response:
    """How the page looks."""
    return Response(_STYLE, media_type="text/css; charset=utf-8", headers={"cache-control": "max-age=3600"})


@routes.pages(
    "service_pages", STATIC, but=("/api", "/docs", "/docs.css", "/health", "/hooks", "/openapi.json", "/ready")
)
async def get_page(request: Request) -> Response:
    """The web pages."""
    site: Site = request.app.state.site
    return site.answer(request)


def _description(request: Request) -> Description:
    return request.app.state.description


_STYLE: Final = files("jackfield.api.pages").joinpath("docs.css").read_bytes()
