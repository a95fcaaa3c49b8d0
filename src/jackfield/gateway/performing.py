"""Steps 3 to 7 of the hallway: recorded, unsealed, performed, classified, redacted, recorded."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from jackfield.audit import AuditLog, Beside, Intent
from jackfield.connections import Connections
from jackfield.connectors import Repeat, Use
from jackfield.deadlines import Deadlines
from jackfield.errors import HubError, JsonValue, Kind
from jackfield.gateway.attempts import may_repeat
from jackfield.gateway.calls import Call, act_of
from jackfield.gateway.endings import failure_of, outcome_of, secrets_of
from jackfield.gateway.gate import Circuit, Gates
from jackfield.gateway.models import UseResult
from jackfield.gateway.preparing import Preparing
from jackfield.gateway.reaches import Reaches
from jackfield.gateway.redaction import Redaction
from jackfield.kernel import Clock, Outcome

_PEER_FAILED = frozenset({Kind.REMOTE_UNAVAILABLE, Kind.OUTCOME_UNKNOWN})
_PEER_ANSWERED = frozenset({Kind.REMOTE_REJECTED, Kind.REMOTE_SIGN_IN, Kind.REMOTE_THROTTLED})


@dataclass(slots=True)
class _Attempts:
    made: int = 0
    probe: int | None = None
    """Of the circuit, if one of the repeats is it."""
    without_sign_in: bool = False
    """The credentials were not sent: an answer says nothing of them, and so nothing of the connection's health (C14)."""

    def note_without_sign_in(self) -> None:
        self.without_sign_in = True


class Performing:
    """Does what may be done."""

    def __init__(
        self,
        *,
        preparing: Preparing,
        connections: Connections,
        audit: AuditLog,
        gates: Gates,
        reaches: Reaches,
        clock: Clock,
    ) -> None:
        self._preparing = preparing
        self._connections = connections
        self._audit = audit
        self._gates = gates
        self._reaches = reaches
        self._clock = clock
        self._deadlines = Deadlines()

    async def perform(self, call: Call) -> UseResult:
        """Through the limits, recorded before and after.

        Raises:
            HubError: What the other side said, that it said nothing, or which of our limits was reached.
        """
        # Half of its time is left for the call itself: one that begins with too little is cut off, and then nobody knows
        # what became of it.
        async with self._gates.through(call.usable.id, call.turn, seconds=call.seconds / 2) as circuit:
            beside = call.journal.intended(call.weight) if call.journal else None
            intent = await self._audit.intend(act_of(call), beside)
            return await self._follow(call, intent, circuit)

    async def _follow(self, call: Call, intent: Intent, circuit: Circuit) -> UseResult:
        """From the recorded intent to the recorded outcome."""
        started = time.perf_counter()
        attempts = _Attempts()
        outcome, data = Outcome.UNKNOWN, dict[str, JsonValue]()
        beside: Beside | None = None
        try:
            call = await self._preparing.decide_again(call, intent)
            text, reflected = await self._attempt_until_done(call, circuit, attempts)
            result = UseResult(
                request_id=call.caller.request_id,
                result=text,
                secret_reflected=reflected,
                attempts=attempts.made,
                duration_ms=round((time.perf_counter() - started) * 1000),
            )
        except HubError as error:
            outcome = outcome_of(error)
            data = {"code": error.code, "attempts": attempts.made}
            beside = call.journal.settled(error) if call.journal else None
            raise
        else:
            outcome = Outcome.DONE
            data = {"attempts": attempts.made} | ({"secret_reflected": True} if reflected else {})
            beside = call.journal.settled(result) if call.journal else None
        finally:
            self._audit.settle(intent, outcome, data=data, beside=beside)
        self._connections.note_use(call.usable.id, self._clock.now())
        return result

    async def _attempt_until_done(self, call: Call, circuit: Circuit, attempts: _Attempts) -> tuple[bytes, bool]:
        """Attempt it, and again where that is safe; the result as JSON and whether a secret was in it."""
        _, _, budget = self._gates.of(call.usable.id)
        budget.earn()
        loop = asyncio.get_running_loop()
        while True:
            attempts.made += 1
            try:
                answer = await self._attempt(call, attempts, call.deadline - loop.time())
            except HubError as error:
                self._note_failure(call, attempts, circuit, error)
                again = (
                    may_repeat(error, call.weight, attempts.made, seconds_left=call.deadline - loop.time())
                    if attempts.made < call.attempts
                    else None
                )
                if again is None or not budget.spend():
                    raise
                await asyncio.sleep(again.pause)
                attempts.probe = circuit.require_closed()
            else:
                circuit.succeeded()
                if not attempts.without_sign_in:
                    self._connections.note_health(call.usable, None)
                return answer

    async def _attempt(self, call: Call, attempts: _Attempts, seconds: float) -> tuple[bytes, bool]:
        """One attempt; the credentials are readable inside this function alone."""
        credentials = self._connections.unseal(call.usable)
        redaction = Redaction(secrets_of(credentials))
        try:
            with (
                self._deadlines.at(call.deadline),
                self._reaches.lend(
                    (
                        call.usable.id,
                        call.usable.secret_version,
                        call.usable.policy,
                        call.connector.tls(call.usable.details),
                    )
                ) as reach,
            ):
                use: Use[Any] = Use(
                    details=call.usable.details,
                    scheme=call.usable.scheme,
                    credentials=credentials,
                    reach=reach,
                    seconds=seconds,
                    idempotency_key=call.idempotency_key if call.weight.repeat is Repeat.KEYED else None,
                    conceal=redaction.conceal,
                    goes_without_sign_in=attempts.note_without_sign_in,
                )
                result = await call.action.perform(call.connector, use, call.arguments)
            return redaction.clean_json(result.model_dump_json().encode())
        except Exception as raw:  # noqa: BLE001  # whatever a connector raises becomes one HubError
            raise failure_of(
                raw,
                weight=call.weight,
                caller=call.caller,
                connector=call.connector,
                action=call.action.key,
                seconds=seconds,
                redaction=redaction,
            ) from None

    def _note_failure(self, call: Call, attempts: _Attempts, circuit: Circuit, error: HubError) -> None:
        """Tell the circuit and the connection's health (C14)."""
        if error.kind in _PEER_FAILED:
            circuit.failed()
        elif error.kind in _PEER_ANSWERED:
            circuit.succeeded()
        else:
            circuit.gave_no_answer(attempts.probe)
        if error.kind not in _PEER_ANSWERED or not attempts.without_sign_in:
            self._connections.note_health(call.usable, error)
