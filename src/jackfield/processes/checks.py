"""What stands in the way of publishing a definition, and what is worth a remark (P1, P3, C8, C13). Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from jackfield.connections import ConnectionState, StepAccess
from jackfield.connectors import Catalogue, parse_fields
from jackfield.errors import InvalidError, NotFoundError
from jackfield.integrations import CONNECTOR as INTEGRATIONS
from jackfield.kernel import write_json
from jackfield.processes.definitions import CALL_MEMBERS, Place, array_of, is_literal, object_of, places
from jackfield.processes.errors import NotPublishableError
from jackfield.processes.forms import read_form
from jackfield.processes.models import CallView, Content, Finding, StepView
from jackfield.processes.questions import PERSON, constant_assignees, read_question, wrong_moments
from jackfield.processes.task_models import TaskKind
from jackfield.states import DefinitionError, Severity, parse

MOST_DEFINITION_BYTES: Final = 1 << 20
MOST_LAYOUT_BYTES: Final = 256 << 10
MOST_AT_ONCE: Final = 1000
_PEOPLE: Final = {f"{PERSON}{kind}": kind for kind in TaskKind}
Strangers = Mapping[tuple[str, str], str]
"""Whom a definition asks and there is not: by `people` or `groups` and what it calls them, with what is wrong."""


def require_fit(content: Content) -> None:
    """Refuse what can't even be a draft.

    Raises:
        InvalidError: A part is too large, or the form is none.
    """
    for name, value, most in (
        ("definition", content.definition, MOST_DEFINITION_BYTES),
        ("layout", content.layout, MOST_LAYOUT_BYTES),
    ):
        if len(write_json(value)) > most:
            raise InvalidError(f"{name} must have at most {most} bytes as JSON", field=name)
    if content.form is not None:
        read_form(content.form)
    at_once = content.settings.most_at_once
    if at_once is not None and not 1 <= at_once <= MOST_AT_ONCE:
        raise InvalidError(f"settings.most_at_once must be between 1 and {MOST_AT_ONCE}", field="settings.most_at_once")


def require_publishable(
    content: Content,
    steps: Sequence[StepView],
    catalogue: Catalogue,
    calls: Sequence[CallView],
    strangers: Strangers,
    *,
    now: datetime,
) -> tuple[Finding, ...]:
    """The remarks on a definition that can be published.

    Raises:
        NotPublishableError: It can't be.
    """
    found = findings(content, steps, catalogue, calls, strangers, now=now)
    if any(one.is_error for one in found):
        raise _not_publishable(found)
    return found


def findings(
    content: Content,
    steps: Sequence[StepView],
    catalogue: Catalogue,
    calls: Sequence[CallView],
    strangers: Strangers,
    *,
    now: datetime,
) -> tuple[Finding, ...]:
    """Everything wrong with it, or worth a remark; where the language and we mind the same place, ours is said."""
    by_pointer = {one.pointer: one for one in steps}
    called = {one.pointer: one for one in calls}
    found: list[Finding] = []
    for place in places(content.definition):
        found += [*_wiring(place), *_heartbeat(place)]
        if (step := by_pointer.get(place.pointer)) is not None:
            found += _connection(place, step, catalogue)
        elif (call := called.get(place.pointer)) is not None:
            found += _call(place, call)
        elif (kind := _PEOPLE.get(place.resource)) is not None:
            found += _question(place, kind, strangers, now)
        elif place.resource:
            found.append(
                Finding(
                    f"{place.pointer}/Resource",
                    f"{place.resource[:120]!r} can't be run here: a task is an action of a connector, as in "
                    "connection:http.request, another process (process:run), or a question to people (person:approve, "
                    "person:form)",
                    "resource.unknown",
                )
            )
    minded = {one.pointer for one in found if one.is_error}
    return (*(one for one in _language(content.definition) if one.pointer not in minded), *found)


def _language(definition: Mapping[str, Any]) -> Iterator[Finding]:
    try:
        parse(dict(definition))
    except DefinitionError as error:
        for one in error.found:
            yield Finding(one.pointer, one.message, f"definition.{one.code.lower()}", one.severity is Severity.ERROR)


def _wiring(place: Place) -> Iterator[Finding]:
    """An error output that is switched on and leads nowhere (P3)."""
    if place.state.get("Catch") == []:
        yield Finding(f"{place.pointer}/Catch", "this error output leads nowhere", "error_output.unwired")
    for index, one in enumerate(array_of(place.state.get("Catch"))):
        if not object_of(one).get("Next"):
            pointer = f"{place.pointer}/Catch/{index}/Next"
            yield Finding(pointer, "this error output leads nowhere", "error_output.unwired")


def _heartbeat(place: Place) -> Iterator[Finding]:
    """There is nobody who could send one: a call answers once, and so does a run (docs/decisions/0049)."""
    for name in ("HeartbeatSeconds", "HeartbeatSecondsPath"):
        if place.resource and name in place.state:
            yield Finding(
                f"{place.pointer}/{name}",
                "nothing that a task can be here sends signs of life: take this out, and limit the step by TimeoutSeconds",
                "heartbeat.unknown",
            )


def _call(place: Place, call: CallView) -> Iterator[Finding]:
    """A step that runs another process (docs/decisions/0048)."""
    arguments = object_of(place.arguments)
    pointer = f"{place.pointer}/{'Arguments' if 'Arguments' in place.state else 'Parameters'}"
    if not call.reference:
        yield Finding(
            pointer,
            'the step must name its process, as in {"Process": "Ship"}: by name or id, and not by an expression',
            "process.unnamed",
        )
        return
    for name in arguments:
        if name.removesuffix(".$") not in CALL_MEMBERS:
            yield Finding(f"{pointer}/{name}", "process:run takes Process, Input and Wait only", "arguments.invalid")
    if call.process_id is None:
        yield Finding(f"{pointer}/Process", "its business unit has no process of this name or id", "process.not_found")
    elif call.circle:
        yield Finding(
            f"{pointer}/Process",
            f"it would come back to itself: {call.circle}; no process may run itself",
            "process.circle",
        )
    elif not call.is_published:
        yield Finding(
            f"{pointer}/Process",
            f"no version of {call.process_name!r} is published: publish that one first",
            "process.not_published",
        )


def _question(place: Place, kind: TaskKind, strangers: Strangers, now: datetime) -> Iterator[Finding]:
    """What is wrong with a step that asks people, as far as it is known before it runs."""
    name = "Parameters" if "Parameters" in place.state else "Arguments"
    pointer = f"{place.pointer}/{name}"
    arguments = place.state.get(name)
    if isinstance(arguments, str) and arguments.startswith("{%"):
        return
    if not isinstance(arguments, dict):
        yield Finding(pointer, "a step that asks people must say whom and what, in its Arguments", "arguments.missing")
        return
    given = object_of(arguments)
    wrong = list(wrong_moments(given, now))
    for where, problem in wrong:
        yield Finding(f"{pointer}/{where}", problem, "arguments.invalid")
    if not wrong and is_literal(given):
        try:
            read_question(kind, given)
        except InvalidError as error:
            yield Finding(pointer, error.message, "arguments.invalid")
    for where, which, reference in constant_assignees(given):
        if (problem := strangers.get((which, reference))) is not None:
            yield Finding(f"{pointer}/{where}", problem, "task.assignee_unknown")


def _connection(place: Place, step: StepView, catalogue: Catalogue) -> Iterator[Finding]:
    pointer = f"{place.pointer}/Credentials"
    if not step.reference:
        yield Finding(
            pointer,
            'the step must name its connection, as in {"Connection": "Tickets"}: by name or id, and not by an expression',
            "connection.unnamed",
        )
        return
    if step.connection_id is None:
        yield Finding(pointer, "its business unit has no connection of this name or id", "connection.not_found")
        return
    if step.access is StepAccess.LOCKED:
        yield Finding(
            pointer,
            "you may not design with the connection of this step: somebody who may has to publish, "
            "or the step gets another connection",
            "connection.locked",
        )
    if step.connection_state is ConnectionState.OFF:
        yield Finding(pointer, "its connection's connector is switched off", "feature.off")
    if step.connection_state is ConnectionState.NOT_CONNECTED:
        yield Finding(pointer, "its connection has never been connected", "connection.not_connected", is_error=False)
    if place.connector != step.connector:
        yield Finding(
            f"{place.pointer}/Resource",
            f"the action is one of {place.connector[:60]!r}, and the connection one of {step.connector}",
            "connection.other_connector",
        )
        return
    if place.connector == INTEGRATIONS:
        # Its actions are the methods of its document: asked of the integration itself.
        if step.problem is not None:
            yield step.problem
        return
    yield from _action(place, catalogue)


def _action(place: Place, catalogue: Catalogue) -> Iterator[Finding]:
    connector_key, key = place.connector, place.action
    try:
        actions = catalogue.get(connector_key).actions
    except NotFoundError:
        return
    if (action := actions.get(key)) is None:
        known = ", ".join(actions)
        yield Finding(
            f"{place.pointer}/Resource",
            f"{connector_key} has no action {key[:60]!r}; it has {known}",
            "action.not_found",
        )
        return
    arguments = place.state.get("Arguments", place.state.get("Parameters"))
    if not isinstance(arguments, dict) or not is_literal(object_of(arguments)):
        return
    try:
        parse_fields(action.arguments, object_of(arguments), where="Arguments")
    except InvalidError as error:
        yield Finding(f"{place.pointer}/Arguments", error.message, "arguments.invalid")


def _not_publishable(found: Sequence[Finding]) -> NotPublishableError:
    errors = [one for one in found if one.is_error]
    first = errors[0]
    return NotPublishableError(
        f"the process can't be published: at {first.pointer or 'the top'}: {first.message}",
        field=f"definition{first.pointer.replace('/', '.')}",
        problems=[{"pointer": one.pointer, "message": one.message, "code": one.code} for one in errors[:100]],
    )
