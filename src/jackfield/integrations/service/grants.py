"""Saying who may call what: many methods at once, all or none, and what it would do beforehand (O5, O6)."""

from collections.abc import Sequence
from dataclasses import replace

from jackfield.db import Transaction
from jackfield.directory import Caller
from jackfield.errors import JsonValue
from jackfield.integrations.errors import not_accepted
from jackfield.integrations.models import Acknowledgement, GrantChange, GrantOutcome, IntegrationAct
from jackfield.integrations.responsibilities import TEXT_VERSION
from jackfield.integrations.service.parts import Found, Parts, Reference
from jackfield.integrations.service.planning import RECORDED, Plan, make_plan
from jackfield.integrations.store import grants, records


async def set_grants(
    parts: Parts,
    caller: Caller,
    reference: Reference,
    changes: Sequence[GrantChange],
    *,
    accepted_responsibilities: str | None,
    dry_run: bool,
    expected_version: int | None,
) -> GrantOutcome:
    """Change grants, or say what that would do.

    Raises:
        ResponsibilitiesError: A method that does more than read is newly granted, or the text is another one since, and
            the responsibilities were not accepted with it (O3).
        OutsideAccessGroupsError, MixedLevelsError: As the plan is made.
    """
    now = parts.clock.now()
    me = caller.principal.person_id

    def preview(tx: Transaction) -> GrantOutcome:
        found = parts.look(tx, caller, IntegrationAct.GRANT, reference)
        plan = make_plan(tx, parts.facts, found.definition, changes, now=now, by=me)
        return _outcome(plan, found, needs=needs_acknowledgement(tx, found, plan))

    def work(tx: Transaction) -> GrantOutcome:
        found, opened = parts.open(tx, caller, IntegrationAct.GRANT, reference, expected_version=expected_version)
        plan = make_plan(tx, parts.facts, found.definition, changes, now=now, by=me)
        needs = needs_acknowledgement(tx, found, plan)
        if not plan.wanted:
            return _outcome(plan, found, needs=needs)
        if needs and accepted_responsibilities != TEXT_VERSION:
            raise not_accepted(TEXT_VERSION)
        if accepted_responsibilities == TEXT_VERSION:
            records.insert_acknowledgement(tx, found.connection.id, Acknowledgement(TEXT_VERSION, me, now))
        grants.replace_grants(tx, found.connection.id, plan.wanted)
        changed = replace(found.integration, modified_at=now, modified_by=me, version=found.integration.version + 1)
        records.update_integration(tx, changed)
        parts.desk.record(
            tx,
            caller,
            "integration.grant",
            opened,
            **_recorded(plan),
            responsibilities=accepted_responsibilities,
        )
        done = _outcome(plan, found, needs=needs)
        return replace(done, version=changed.version)

    if dry_run:
        return await parts.desk.act(caller, "integration.grant", str(reference), preview, read=True)
    return await parts.desk.act(caller, "integration.grant", str(reference), work)


def needs_acknowledgement(tx: Transaction, found: Found, plan: Plan) -> bool:
    """Whether the responsibilities are to be accepted anew with this change (O3)."""
    if not (plan.added or plan.changed):
        return False
    last = records.find_acknowledgement(tx, found.connection.id)
    return bool(plan.writing) or last is None or last.text_version != TEXT_VERSION


def _outcome(plan: Plan, found: Found, *, needs: bool) -> GrantOutcome:
    return GrantOutcome(
        methods=plan.methods,
        added=tuple(one.name for one in plan.added),
        changed=tuple(one.name for one in plan.changed),
        removed=tuple(one.name for one in plan.removed),
        writing=plan.writing,
        unconfirmed_writing=plan.unconfirmed_writing,
        needs_acknowledgement=needs,
        version=found.integration.version,
    )


def _recorded(plan: Plan) -> dict[str, JsonValue]:
    given = [grant for grant in plan.wanted.values() if grant is not None]
    kinds = {(grant.level.value, tuple(sorted(grant.entries)), grant.confirmation) for grant in given}
    return {
        "added": [one.name for one in plan.added[:RECORDED]],
        "changed": [one.name for one in plan.changed[:RECORDED]],
        "removed": [one.name for one in plan.removed[:RECORDED]],
        "numbers": {"added": len(plan.added), "changed": len(plan.changed), "removed": len(plan.removed)},
        "grants": [
            {"level": level, "entries": [*entries[:RECORDED]], "confirmation": confirmation}
            for level, entries, confirmation in sorted(kinds)[:20]
        ],
        "unconfirmed_writing": [*plan.unconfirmed_writing[:RECORDED]],
    }
