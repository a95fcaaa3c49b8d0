"""How an attempt ended: one `HubError`, without the connection's secrets, and how the audit calls it."""

from typing import Any

import structlog

from jackfield.connectors import Connector, Credentials, Weight
from jackfield.directory import Caller
from jackfield.errors import HubError, Kind
from jackfield.gateway.attempts import classify
from jackfield.gateway.models import RunStep
from jackfield.gateway.redaction import Redaction
from jackfield.kernel import Outcome, Secret

log = structlog.get_logger(__name__)


def failure_of(
    raw: Exception,
    *,
    weight: Weight,
    caller: Caller | RunStep,
    connector: Connector[Any],
    action: str,
    seconds: float,
    redaction: Redaction,
) -> HubError:
    """The one error for what an attempt raised, without the connection's secrets."""
    if not isinstance(raw, (HubError, TimeoutError)):
        # No traceback: its lines and values are not ours to show, and may hold what must not be seen.
        log.error(
            "connector.failed",
            request_id=caller.request_id,
            connector=connector.key,
            action=action,
            error=type(raw).__name__,
            reason=redaction.clean_text(str(raw))[:500],
        )
    return redaction.clean_error(classify(raw, weight, connector=connector.title, action=action, seconds=seconds))


def outcome_of(error: HubError) -> Outcome:
    """As the audit calls it."""
    match error.kind:
        case Kind.OUTCOME_UNKNOWN:
            return Outcome.UNKNOWN
        case Kind.FORBIDDEN | Kind.NOT_FOUND | Kind.FEATURE_OFF | Kind.UNAUTHENTICATED:
            return Outcome.REFUSED
        case _:
            return Outcome.FAILED


def secrets_of(credentials: Credentials) -> list[str]:
    """What must not come back out."""
    return [value.reveal() for _, value in credentials if isinstance(value, Secret)]
