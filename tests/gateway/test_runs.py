"""A step of a run walks the same seven steps: by the definition's right, one attempt, its journal beside the record."""

import json
from dataclasses import replace
from typing import Any

import pytest

from gateway.hall import TOKEN, Hall
from jackfield.audit import Beside, EntryOutcome
from jackfield.connections import ConnectionNotFoundError
from jackfield.connectors import Repeat, Weight
from jackfield.db import Statements
from jackfield.directory import Role
from jackfield.errors import ConflictError, FeatureOffError, HubError, InvalidError
from jackfield.gateway import RunStep, UseResult
from jackfield.kernel import BusinessUnitId, RequestId


class Notes:
    """A journal of what it was told."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.refuses = refuses
        self.intended_with: list[Repeat] = []
        self.answers: list[UseResult | HubError] = []

    def intended(self, weight: Weight) -> Beside:
        def beside(_tx: Statements) -> None:
            if self.refuses:
                raise ConflictError("somebody else goes on with this run")
            self.intended_with.append(weight.repeat)

        return beside

    def settled(self, answer: UseResult | HubError) -> Beside:
        return lambda _tx: self.answers.append(answer)


def a_step(hall: Hall, notes: Notes, **changed: Any) -> RunStep:
    step = RunStep(
        connection_id=hall.connection,
        business_unit_id=hall.house.unit.id,
        actor=hall.editor.actor,
        request_id=RequestId("run_1/Pay"),
        turn="prc_1",
        idempotency_key="key-1",
        data={"run": "run_1", "step": "/Pay"},
        journal=notes,
    )
    return replace(step, **changed)


@pytest.mark.requirement("C9", "P6")
async def test_a_step_is_recorded_with_its_run_and_its_journal_has_both_ends(hall: Hall) -> None:
    notes = Notes()
    arguments = {"path": "echo", "method": "POST", "idempotency_header": "Idempotency-Key"}

    answer = await hall.house.parts.gateway.use_in_run(a_step(hall, notes), "http.request", arguments)

    sent = hall.sent("/echo")[0]
    assert (sent.header("idempotency-key"), sent.header("authorization")) == (["key-1"], [f"Bearer {TOKEN}"])
    assert json.loads(answer.result)["status"] == 200
    use = (await hall.uses())[0]
    assert (use.rule, use.door.value, use.outcome) == ("C9", "process", EntryOutcome.DONE)
    assert (use.data["run"], use.data["step"]) == ("run_1", "/Pay")
    assert notes.intended_with == [Repeat.KEYED]
    assert notes.answers == [answer]


@pytest.mark.requirement("P6")
async def test_a_failure_is_not_repeated_here_and_is_in_the_journal(hall: Hall) -> None:
    notes = Notes()

    with pytest.raises(HubError) as caught:
        await hall.house.parts.gateway.use_in_run(a_step(hall, notes), "http.request", {"path": "status/503"})

    await hall.house.parts.audit.flush()
    assert len(hall.sent("/status/503")) == 1
    assert notes.answers == [caught.value]


@pytest.mark.requirement("P6")
async def test_what_the_journal_refuses_does_not_leave(hall: Hall) -> None:
    with pytest.raises(ConflictError, match="somebody else"):
        await hall.house.parts.gateway.use_in_run(a_step(hall, Notes(refuses=True)), "http.request", {"path": "echo"})

    assert hall.sent("/echo") == []


@pytest.mark.requirement("C9", "C13", "D15")
async def test_design_use_is_not_asked_of_a_run_but_its_unit_and_the_feature_are(hall: Hall) -> None:
    gateway, house = hall.house.parts.gateway, hall.house
    person = await house.parts.directory.people.get_person(house.admin, hall.editor.principal.person_id)
    await house.member(person, Role.MEMBER)
    step = a_step(hall, Notes(), actor=(await house.person("mia", Role.MEMBER)).actor)
    await gateway.use_in_run(step, "http.request", {"path": "ok"})

    other = replace(step, business_unit_id=BusinessUnitId("bu_other"))
    with pytest.raises(ConnectionNotFoundError):
        await gateway.use_in_run(other, "http.request", {"path": "ok"})
    with pytest.raises(InvalidError, match="made for 'mail'"):
        await gateway.use_in_run(step, "mail.send", {})
    await house.parts.connections.set_feature(house.admin, "http", None, on=False)
    with pytest.raises(FeatureOffError):
        await gateway.use_in_run(step, "http.request", {"path": "ok"})


@pytest.mark.requirement("E1", "C9", "C13")
async def test_a_step_that_is_refused_before_anything_leaves_is_recorded_with_its_run_and_a_look_is_not(
    hall: Hall,
) -> None:
    gateway, house = hall.house.parts.gateway, hall.house
    step = a_step(hall, Notes())
    await house.parts.connections.set_feature(house.admin, "http", None, on=False)

    for refused in (step, replace(step, business_unit_id=BusinessUnitId("bu_other")), replace(step, journal=None)):
        with pytest.raises(HubError):
            await gateway.use_in_run(refused, "http.request", {"path": "echo"})

    assert hall.sent("/echo") == []
    uses = await hall.uses()
    assert [(one.outcome, one.rule, one.data["code"]) for one in uses] == [
        (EntryOutcome.REFUSED, "C9", "connection.not_found"),
        (EntryOutcome.REFUSED, "C13", "feature.off"),
    ]
    for use in uses:
        assert (use.actor, use.door.value, use.object.id) == (hall.editor.actor, "process", hall.connection)
        assert (use.data["action"], use.data["run"], use.data["step"]) == ("request", "run_1", "/Pay")
