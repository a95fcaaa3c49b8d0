"""Where other systems send to: one address for each webhook (D65)."""

from typing import Any, Final

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from jackfield.api.access import STATIC
from jackfield.api.bodies import Output
from jackfield.api.desk import desk_of
from jackfield.api.routes import Routes
from jackfield.errors import NotFoundError, RemoteRejectedError, UnauthenticatedError
from jackfield.kernel import write_json
from jackfield.triggers import HookAnswer, HookRequest

routes = Routes("hooks", "Where other systems send to: each webhook has an address of its own, and checks signatures.")

_REFUSED: Final = {"$ref": "#/components/responses/401"}
_BODY: Final[dict[str, Any]] = {
    "required": False,
    "description": "Whatever the sender sends; signed as the webhook's settings say.",
    "content": {"*/*": {"schema": {}}},
}


class HookTaken(Output):
    """The request is stored, and its run is started or about to be."""

    event_id: str
    is_new: bool = Field(description="False: the same request was here before.")
    run_id: str | None = None


class RunFailedError(RemoteRejectedError):
    """The webhook answers with what its run ends with, and the run failed."""

    code = "hook.run_failed"
    fields = RemoteRejectedError.fields | {"event", "run", "error"}


@routes.post(
    "/hooks/{key}",
    "hook_receive",
    STATIC,
    any_query=True,
    is_short=True,
    status_code=202,
    summary="Send a webhook's request",
    response_model=HookTaken,
    responses={
        200: {"description": "What the run ended with.", "content": {"application/json": {"schema": {}}}},
        202: {
            "description": "It is stored, and its run is started or about to be.",
            "headers": {
                "Location": {"description": "The run, where it is started already.", "schema": {"type": "string"}}
            },
        },
    },
    openapi_extra={"requestBody": _BODY},
)
async def receive_hook(key: str, request: Request) -> Response:
    """Takes the request and answers at once; it is durable by then, and starts one run, however often it is sent.

    Where the webhook says so, the answer waits for what the run ends with: 200 and its output; 202 where that takes too
    long, with the run's address for whoever may see it. The run goes on whether anybody waits or not. Whoever can't be believed gets 401, without detail.
    """
    desk = desk_of(request)
    desk.hooks.take(key)
    given = HookRequest(key, _headers(request), request.scope["query_string"].decode("latin-1"), await request.body())
    try:
        answer = await desk.services.triggers.receive(given)
    except (UnauthenticatedError, NotFoundError):
        # Whoever guesses is slowed down like anybody who can't say who he is.
        desk.identity.count(request)
        raise
    return _respond(answer)


def _headers(request: Request) -> dict[str, str]:
    """Values by name, those of one name joined (RFC 9110 §5.3)."""
    found: dict[str, list[str]] = {}
    for name, value in request.scope["headers"]:
        found.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
    return {name: ", ".join(values) for name, values in found.items()}


def _respond(answer: HookAnswer) -> Response:
    if answer.end is not None:
        if not answer.end.is_success:
            raise RunFailedError(
                "the run that this request started has failed",
                event=answer.event_id,
                run=answer.run_id,
                error=answer.end.error,
            )
        return Response(write_json(answer.end.output), 200, media_type="application/json")
    taken = HookTaken(event_id=answer.event_id, is_new=answer.is_new, run_id=answer.run_id)
    where = {} if answer.run_id is None else {"location": f"/api/runs/{answer.run_id}"}
    return Response(taken.model_dump_json(), 202, where, media_type="application/json")
