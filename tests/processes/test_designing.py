"""Drafts and versions: edited, checked, published, compared, restored (P1, P3, C8 to C16)."""

import asyncio
from dataclasses import replace
from typing import Any, cast

import pytest

from jackfield.connections import AuthorizedPersons, InUseError, StepAccess, UserState
from jackfield.directory import Role
from jackfield.errors import FeatureOffError, ForbiddenError, HubError
from jackfield.processes import (
    Content,
    FieldChange,
    NotPublishableError,
    ProcessChangedError,
    ProcessNameTakenError,
    ProcessState,
    StepLockedError,
    VersionNotFoundError,
)
from processes.yard import EVERYTHING, Yard, branch, http_step, machine


def problems_of(error: HubError) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", error.data["problems"])


TWO_STEPS = machine(Ask=http_step(), Tell=http_step("echo", method="PUT"))


@pytest.mark.requirement("P1")
async def test_a_published_version_stays_what_it_was_whatever_becomes_of_the_draft(yard: Yard) -> None:
    processes = yard.house.parts.processes
    made = await yard.make("Book an order", TWO_STEPS)
    assert (made.row.state, made.row.published, made.row.has_changes) == (ProcessState.DRAFT, None, True)

    first = await processes.publish(yard.editor, made.row.id, note="the first")
    other = machine(Ask=http_step("elsewhere"))
    await processes.save_draft(yard.editor, made.row.id, Content(other))

    assert (first.row.number, first.row.published_by.id) == (1, yard.editor.principal.person_id)
    view = await processes.get_process(yard.editor, "book an ORDER")
    assert (view.row.state, view.row.published, view.row.has_changes) == (ProcessState.PUBLISHED, 1, True)
    kept = await processes.get_version(yard.editor, made.row.id, 1)
    assert kept.content.definition == TWO_STEPS
    await processes.publish(yard.editor, made.row.id)
    listed = await processes.list_versions(yard.editor, made.row.id, EVERYTHING)
    assert [(one.number, one.note, one.is_current) for one in listed.items] == [(2, "", True), (1, "the first", False)]
    with pytest.raises(VersionNotFoundError):
        await processes.get_version(yard.editor, made.row.id, 3)


@pytest.mark.requirement("P1", "P3")
async def test_a_draft_with_problems_is_kept_and_each_problem_keeps_it_from_being_published(yard: Yard) -> None:
    unwired = http_step(Catch=[{"ErrorEquals": ["States.ALL"]}])
    broken = machine(
        Unwired=unwired,
        Nowhere=http_step(connection="Nothing of that name"),
        Dynamic=http_step(connection="{% $states.input.which %}"),
        Odd=http_step(arguments={"no_such_argument": 1}),
        Unknown={**http_step(), "Resource": "connection:http.dance"},
        Foreign={**http_step(), "Resource": "connection:mail.send"},
        Function={"Type": "Task", "Resource": "function:anything"},
    )
    made = await yard.make("Broken", broken)

    draft = await yard.house.parts.processes.get_draft(yard.editor, made.row.id)
    with pytest.raises(NotPublishableError) as caught:
        await yard.house.parts.processes.publish(yard.editor, made.row.id)

    assert draft.content.definition == broken
    found = {(one.pointer.split("/")[2], one.code) for one in draft.findings if one.is_error}
    assert {
        ("Unwired", "error_output.unwired"),
        ("Nowhere", "connection.not_found"),
        ("Dynamic", "connection.unnamed"),
        ("Odd", "arguments.invalid"),
        ("Unknown", "action.not_found"),
        ("Foreign", "connection.other_connector"),
        ("Function", "resource.unknown"),
    } <= found
    assert len(problems_of(caught.value)) == len([one for one in draft.findings if one.is_error])
    assert [one.code for one in draft.findings if one.pointer == "/States/Dynamic/Credentials"] == [
        "connection.unnamed"
    ]


@pytest.mark.requirement("P1")
async def test_what_is_no_state_machine_is_told_with_its_place(yard: Yard) -> None:
    made = await yard.make("Unfinished", {"StartAt": "Gone", "States": {"Here": {"Type": "Pass", "End": True}}})

    with pytest.raises(NotPublishableError) as caught:
        await yard.house.parts.processes.publish(yard.editor, made.row.id)

    assert "/StartAt" in {one["pointer"] for one in problems_of(caught.value)}


@pytest.mark.requirement("P1")
async def test_of_two_who_save_at_once_the_second_is_told(yard: Yard) -> None:
    processes = yard.house.parts.processes
    made = await yard.make("Shared", TWO_STEPS)
    draft = await processes.get_draft(yard.editor, made.row.id)

    done = await asyncio.gather(
        *(
            processes.save_draft(
                yard.editor, made.row.id, replace(draft.content, layout={"by": who}), expected_version=draft.version
            )
            for who in ("one", "two")
        ),
        return_exceptions=True,
    )

    assert sorted(type(one).__name__ for one in done) == ["DraftView", "ProcessChangedError"]
    with pytest.raises(ProcessChangedError):
        await processes.publish(yard.editor, made.row.id, expected_version=draft.version)
    with pytest.raises(ProcessNameTakenError):
        await yard.make("SHARED ", TWO_STEPS)


@pytest.mark.requirement("C11", "C15")
async def test_where_used_counts_drafts_and_versions_and_a_published_one_keeps_its_connection(yard: Yard) -> None:
    parts = yard.house.parts
    made = await yard.make("Book an order", TWO_STEPS)
    uses = await parts.connections.list_uses(yard.editor, yard.tickets.id)
    assert [(one.state, one.label) for one in uses.visible] == [(UserState.DRAFT, "Book an order")]

    await parts.processes.publish(yard.editor, made.row.id)
    await parts.processes.change_process(yard.editor, made.row.id, name="Book orders")
    with pytest.raises(InUseError) as caught:
        await parts.connections.delete_connection(yard.editor, yard.tickets.id)
    assert caught.value.data["blockers"] == [
        {
            "kind": "process",
            "state": "published",
            "label": "Book orders",
            "container": "Book orders",
            "owner": "erika",
            "link": f"/processes/{made.row.id}",
        }
    ]

    await parts.processes.unpublish(yard.editor, made.row.id)
    await parts.connections.delete_connection(yard.editor, yard.tickets.id)
    draft = await parts.processes.get_draft(yard.editor, made.row.id)
    assert {one.code for one in draft.findings} == {"connection.not_found"}
    await parts.processes.change_process(yard.editor, made.row.id, name="Still named")


@pytest.mark.requirement("C8", "C10", "D15")
async def test_a_step_of_a_connection_that_one_may_not_see_is_named_kept_or_replaced(yard: Yard) -> None:
    parts, processes = yard.house.parts, yard.house.parts.processes
    other = await yard.person("otto", Role.EDITOR)
    await yard.connect(other, "Open to all")
    made = await yard.make("Book an order", TWO_STEPS)
    await processes.publish(yard.editor, made.row.id)
    me = yard.editor.principal.person_id
    await parts.connections.set_authorized_persons(yard.editor, yard.tickets.id, AuthorizedPersons(frozenset({me})))
    other = await yard.again(other)

    draft = await processes.get_draft(other, made.row.id)
    assert {(one.name, one.connection_name, one.access) for one in draft.steps} == {
        ("Ask", "Tickets", StepAccess.LOCKED),
        ("Tell", "Tickets", StepAccess.LOCKED),
    }

    # Kept, moved to another place, and joined by a step of his own.
    moved = machine(
        Tell=http_step("echo", method="PUT"), Mine=http_step(connection="Open to all"), Ask=http_step(Comment="kept")
    )
    await processes.save_draft(other, made.row.id, Content(moved))
    for forbidden in (
        machine(Ask=http_step("another/path")),
        machine(Ask=http_step(), Again=http_step()),
        machine(Ask=http_step(connection=yard.tickets.id, arguments={"headers": {"X-More": "1"}})),
    ):
        with pytest.raises(StepLockedError):
            await processes.save_draft(other, made.row.id, Content(forbidden))
    with pytest.raises(NotPublishableError) as caught:
        await processes.publish(other, made.row.id)
    assert {one["code"] for one in problems_of(caught.value)} == {"connection.locked"}
    with pytest.raises(StepLockedError):
        await yard.make("A way round", TWO_STEPS, caller=other)

    replaced = machine(Ask=http_step(connection="Open to all"))
    await processes.save_draft(other, made.row.id, Content(replaced))
    assert (await processes.publish(other, made.row.id)).row.number == 2


@pytest.mark.requirement("C16")
async def test_a_successor_takes_the_place_of_its_connection_in_drafts_and_versions(yard: Yard) -> None:
    parts = yard.house.parts
    made = await yard.make("Book an order", TWO_STEPS)
    await parts.processes.publish(yard.editor, made.row.id)

    replaced = await parts.connections.replace_connection(
        yard.editor,
        yard.tickets.id,
        details={"base_url": yard.server.url("/"), "test_path": "/echo"},
    )

    successor = replaced.row.id
    draft = await parts.processes.get_draft(yard.editor, made.row.id)
    version = await parts.processes.get_version(yard.editor, made.row.id, 1)
    assert {one.connection_id for one in (*draft.steps, *version.steps)} == {successor}
    uses = await parts.connections.list_uses(yard.editor, successor)
    assert {one.state for one in uses.visible} == {UserState.DRAFT, UserState.PUBLISHED}
    # What the draft says goes on to mean it when it is saved again.
    saved = await parts.processes.save_draft(yard.editor, made.row.id, draft.content)
    assert {one.connection_id for one in saved.steps} == {successor}
    assert (await parts.processes.publish(yard.editor, made.row.id)).row.number == 2


@pytest.mark.requirement("C13")
async def test_what_is_switched_off_is_not_published(yard: Yard) -> None:
    made = await yard.make("Book an order", TWO_STEPS)
    await yard.house.parts.connections.set_feature(yard.house.admin, "http", None, on=False)

    draft = await yard.house.parts.processes.get_draft(yard.editor, made.row.id)
    with pytest.raises((NotPublishableError, FeatureOffError)):
        await yard.house.parts.processes.publish(yard.editor, made.row.id)

    assert "feature.off" in {one.code for one in draft.findings}


@pytest.mark.requirement("P1")
async def test_two_versions_are_compared_state_by_state_and_an_earlier_one_restored(yard: Yard) -> None:
    processes = yard.house.parts.processes
    loop = {
        "Type": "Map",
        "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, **branch(Inner=http_step())},
    }
    made = await yard.make("Compared", machine(Ask=http_step(), Each=loop, Gone={"Type": "Pass"}))
    await processes.publish(yard.editor, made.row.id)
    changed = {
        **loop,
        "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, **branch(Inner=http_step("elsewhere"))},
    }
    new = Content(
        machine(Ask=http_step(), Each=changed, New={"Type": "Pass"}),
        form={"type": "object", "properties": {"amount": {"type": "number", "title": "Amount"}}},
    )
    await processes.save_draft(yard.editor, made.row.id, new)

    found = await processes.compare(yard.editor, made.row.id, 1, 0)
    assert [(one.path, one.change, one.fields) for one in found.states] == [
        ("/Each", "changed", (FieldChange("/Next", "Gone", "New"),)),
        ("/Each/Inner", "changed", (FieldChange("/Arguments/path", "ok", "elsewhere"),)),
        ("/Gone", "removed", ()),
        ("/New", "added", ()),
    ]
    assert (found.form_changed, found.settings, found.definition_fields) == (True, (), ())

    await processes.restore_version(yard.editor, made.row.id, 1)
    assert (await processes.compare(yard.editor, made.row.id, 1, 0)).is_empty
    assert not (await processes.get_process(yard.editor, made.row.id)).row.has_changes


@pytest.mark.requirement("P1", "E1")
async def test_who_is_no_editor_designs_nothing_and_the_refusal_is_recorded(yard: Yard) -> None:
    processes = yard.house.parts.processes
    made = await yard.make("Book an order", TWO_STEPS)
    auditor = await yard.person("paula", Role.AUDITOR)
    assert (await processes.get_draft(auditor, made.row.id)).content.definition == TWO_STEPS

    for attempt in (
        processes.save_draft(auditor, made.row.id, Content(TWO_STEPS)),
        processes.publish(auditor, made.row.id),
        yard.make("Mine", TWO_STEPS, caller=auditor),
        processes.delete_process(auditor, made.row.id),
    ):
        with pytest.raises(ForbiddenError) as caught:
            await attempt
        assert caught.value.data["rule"] == "P1"
