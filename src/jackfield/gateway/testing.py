"""Trying a connection's sign-in (C1, C5): with what is not, or not yet, stored."""

import asyncio
from dataclasses import replace
from typing import Any, Final

from jackfield.audit import AuditLog
from jackfield.connections import Candidate
from jackfield.connectors import Catalogue, Effect, RemoteAnswer, RemoteIdentity, Repeat, Use, Weight
from jackfield.directory import Caller
from jackfield.egress import Egress
from jackfield.errors import JsonValue
from jackfield.gateway.endings import failure_of, outcome_of, secrets_of
from jackfield.gateway.redaction import Redaction
from jackfield.kernel import ObjectRef, Outcome

_MOST_SHOWN: Final = 16_384
"""Characters of the answer to a test."""
_TEST: Final = Weight(effect=Effect.READ, repeat=Repeat.READ)


class Testing:
    """Signs in with candidates; recorded like any use."""

    def __init__(self, *, catalogue: Catalogue, audit: AuditLog, egress: Egress, seconds: float) -> None:
        self._catalogue = catalogue
        self._audit = audit
        self._egress = egress
        self._seconds = seconds

    async def test(self, caller: Caller, candidate: Candidate) -> RemoteIdentity:
        """Sign in with a connection that is not (or not yet) the stored one (C1, C5); audited like any use.

        Raises:
            HubError: Why it doesn't connect.
        """
        connector = self._catalogue.get(candidate.connector)
        seconds = self._seconds
        intent = await self._audit.intend(
            caller.act(
                "connection.test",
                ObjectRef("connection", candidate.connection_id, candidate.name),
                business_unit_id=candidate.business_unit_id,
                rule="C1",
                data={"connector": candidate.connector},
            )
        )
        outcome, data = Outcome.UNKNOWN, dict[str, JsonValue]()
        redaction = Redaction(secrets_of(candidate.credentials))
        reach = self._egress.reach(candidate.policy, connector.tls(candidate.details))
        use: Use[Any] = Use(
            candidate.details, candidate.scheme, candidate.credentials, reach, seconds, conceal=redaction.conceal
        )
        try:
            async with asyncio.timeout(seconds):
                identity = await connector.test(use)
            outcome = Outcome.DONE
        except Exception as raw:  # noqa: BLE001  # whatever a connector raises becomes one HubError
            error = failure_of(
                raw,
                weight=_TEST,
                caller=caller,
                connector=connector,
                action="test",
                seconds=seconds,
                redaction=redaction,
            )
            outcome, data = outcome_of(error), {"code": error.code}
            raise error from None
        else:
            return RemoteIdentity(
                redaction.clean_text(identity.account),
                redaction.clean_text(identity.system),
                identity.notes,
                None if identity.answer is None else _shown(identity.answer, redaction),
            )
        finally:
            await reach.close()
            self._audit.settle(intent, outcome, data=data)


def _shown(answer: RemoteAnswer, redaction: Redaction) -> RemoteAnswer:
    """The beginning of an answer, without the connection's secrets: taken out before it is cut, lest half of one stays."""
    text = redaction.clean_text(answer.text)
    return replace(answer, text=text[:_MOST_SHOWN], is_whole=len(text) <= _MOST_SHOWN)
