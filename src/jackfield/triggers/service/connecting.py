"""A trigger's looks at its connection: they walk through the hallway like every use (C13, C14, E1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from jackfield.connections import ConnectionNotFoundError
from jackfield.connectors import Tell
from jackfield.gateway import RunStep
from jackfield.kernel import Door, RequestId, new_id, read_json
from jackfield.triggers.models import Trigger
from jackfield.triggers.service.parts import Parts, actor_of

_MOST_NAMES: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Looker:
    """The connection of one trigger, for one turn."""

    parts: Parts
    trigger: Trigger
    connector: str

    async def use(self, action: str, **arguments: Any) -> Any:
        """Call an action; what it answers, as JSON values.

        Raises:
            HubError: As `Gateway.use_in_run`.
        """
        done = await self.parts.gateway.use_in_run(self._step(), f"{self.connector}.{action}", arguments)
        return read_json(done.result, what="the answer", max_depth=200, max_names=_MOST_NAMES)

    async def listen(self, watch: str, tell: Tell, **arguments: Any) -> None:
        """Listen to what it tells by itself, until that is over for now.

        Raises:
            HubError: As `Gateway.watch`.
        """
        await self.parts.gateway.watch(self._step(), f"{self.connector}.{watch}", arguments, tell)

    def _step(self) -> RunStep:
        assert self.trigger.connection_id is not None
        return RunStep(
            connection_id=self.trigger.connection_id,
            business_unit_id=self.trigger.business_unit_id,
            actor=actor_of(self.trigger),
            request_id=RequestId(new_id("req")),
            turn=self.trigger.id,
            idempotency_key=new_id("key"),
            data=self._told(),
            door=Door.TRIGGER,
        )

    def _told(self) -> Mapping[str, Any]:
        return {"trigger": self.trigger.id, "process": self.trigger.process_id}


async def looker(parts: Parts, trigger: Trigger) -> Looker:
    """The connection that a trigger looks at.

    Raises:
        ConnectionNotFoundError: It is deleted.
    """
    connection_id = trigger.connection_id
    assert connection_id is not None
    found = await parts.read(lambda tx: parts.connections.find(tx, connection_id))
    if found is None:
        raise ConnectionNotFoundError("the connection that it looks at is deleted", what="connection")
    return Looker(parts, trigger, found[0].connector)
