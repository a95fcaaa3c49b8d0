"""One call on its way through the hallway."""

from typing import Any, NamedTuple

from jackfield.connections import UsableConnection
from jackfield.connectors import Action, Arguments, Connector, Weight
from jackfield.directory import Caller
from jackfield.errors import NotFoundError
from jackfield.gateway.attempts import MOST_ATTEMPTS
from jackfield.gateway.models import Journal, RunStep
from jackfield.integrations import UsableMethod
from jackfield.kernel import Act, ObjectRef


class Call(NamedTuple):
    """What is to be done, for whom, and until when.

    A tuple like what is made of it for the record: frozen dataclasses of so many fields take four times as long to make.
    """

    caller: Caller | RunStep
    usable: UsableConnection
    connector: Connector[Any]
    action: Action
    arguments: Arguments
    weight: Weight
    idempotency_key: str
    seconds: float
    """How long it may take altogether."""
    deadline: float
    """On the event loop's clock."""
    turn: str
    """Whose turn it is at the connection's gate: a person's, a process's."""
    attempts: int = MOST_ATTEMPTS
    """How many may be made."""
    journal: Journal | None = None
    method: UsableMethod | None = None
    """Where it is one of a custom integration."""


def find_action(connector: Connector[Any], key: str) -> Action:
    """An action by its key.

    Raises:
        NotFoundError: The connector has none of this name; it says which it has.
    """
    found = connector.actions.get(key)
    if found is None:
        known = ", ".join(connector.actions)
        raise NotFoundError(
            f"{connector.title} has no action {key[:60]!r}; it has {known}", code="action.not_found", field="action"
        )
    return found


def act_of(call: Call) -> Act:
    """What the record says of a call before it leaves."""
    usable = call.usable
    return Act(
        actor=call.caller.actor,
        door=call.caller.door,
        request_id=call.caller.request_id,
        name="connection.use",
        object=ObjectRef("connection", usable.id, usable.name),
        business_unit_id=usable.facts.business_unit_id,
        rule=usable.rule,
        data={
            "action": call.action.key,
            "effect": call.weight.effect.value,
            "connector": usable.connector,
            **(call.method.recorded if call.method else {}),
            **(call.caller.data if isinstance(call.caller, RunStep) else {}),
        },
    )
