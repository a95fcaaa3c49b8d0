"""Who may do what with a process: pure functions over facts (rules P1, C17). Read from `explain` down.

Editors of its business unit design it, say who may run it, and mend its runs; who may run it is named per process. A
person's connections are another question: what a definition may use is asked when it is saved and published
(`service/drafts`, `service/publish`), and when it is used.
"""

from collections.abc import Callable

from jackfield.connections import Check, Explanation
from jackfield.directory import Decision, Principal
from jackfield.processes.errors import NotPublishedError, unknown_process
from jackfield.processes.models import ProcessAct, ProcessFacts

EDITORS = "the editors of its business unit"
UNIT_ADMINISTRATORS = "the business unit's administrators"
SUPER_ADMINS = "the super admins"
NOBODY = "nobody"

_Question = Callable[[Principal, ProcessFacts], Check]


def decide(principal: Principal, act: ProcessAct, process: ProcessFacts) -> Decision:
    """Whether somebody may do something with a process."""
    return explain(principal, act, process).decision


def explain(principal: Principal, act: ProcessAct, process: ProcessFacts) -> Explanation:
    """`decide`, with the questions that were asked (C17)."""
    asked = [_is_active(principal)]
    if asked[0].answer:
        for question in _WAYS[act]:
            asked.append(question(principal, process))
            if asked[-1].answer:
                break
        if asked[-1].answer and act is ProcessAct.RUN:
            asked.append(_is_published(process))
    last = asked[-1]
    decision = (
        Decision(allowed=True, rule=last.rule)
        if last.answer
        else Decision(allowed=False, rule=last.rule, who_can_change=last.who_can_change, reason=last.refusal)
    )
    return Explanation(act, decision, tuple(asked))


def decide_create(principal: Principal, unit: str) -> Decision:
    """Whether somebody may make processes in a business unit."""
    active = _is_active(principal)
    if not active.answer:
        return Decision(allowed=False, rule=active.rule, who_can_change=active.who_can_change, reason=active.refusal)
    if any(unit == one and principal.is_editor_of(one) for one in principal.roles):
        return Decision(allowed=True, rule="P1")
    return Decision(
        allowed=False,
        rule="P1",
        who_can_change=UNIT_ADMINISTRATORS,
        reason="only editors of a business unit make processes in it",
    )


def require(principal: Principal, act: ProcessAct, process: ProcessFacts) -> Decision:
    """The decision, if it is a yes.

    Raises:
        ProcessNotFoundError: He may not even know that there is such a process.
        NotPublishedError: He may run it, and there is nothing to run.
        ForbiddenError: He may not; it names the rule.
    """
    explained = explain(principal, act, process)
    if explained.decision.allowed:
        return explained.decision
    if not decide(principal, ProcessAct.SEE, process).allowed:
        raise unknown_process()
    if act is ProcessAct.RUN and len(explained.checks) > 1 and explained.checks[-2].answer and not process.is_published:
        raise NotPublishedError(explained.decision.reason, rule="P1")
    raise explained.decision.error(act)


# --- The questions ----------------------------------------------------------------------------------------------------


def _is_active(principal: Principal) -> Check:
    return Check(
        "C12",
        f"Is {principal.name} active?",
        principal.is_active,
        SUPER_ADMINS,
        "deactivated people can do nothing",
    )


def _is_editor(principal: Principal, process: ProcessFacts) -> Check:
    return Check(
        "P1",
        f"Does {principal.name} have editing rights in its business unit?",
        principal.is_editor_of(process.business_unit_id),
        UNIT_ADMINISTRATORS,
        "only editors of the process's business unit may do this",
    )


def _administers_unit(principal: Principal, process: ProcessFacts) -> Check:
    return Check(
        "P1",
        f"Does {principal.name} administer its business unit?",
        principal.is_administrator_of(process.business_unit_id),
        UNIT_ADMINISTRATORS,
        "only its owner and the administrators of its business unit may hand it over",
    )


def _owns_it(principal: Principal, process: ProcessFacts) -> Check:
    return Check(
        "P1",
        f"Does {principal.name} own it, and still belong to its business unit?",
        process.owner_id == principal.person_id and principal.is_member_of(process.business_unit_id),
        "its owner",
        "only its owner may do this",
    )


def _audits(principal: Principal, process: ProcessFacts) -> Check:
    return Check(
        "P1",
        f"Is {principal.name} an auditor of the business unit or of the installation?",
        principal.is_auditor_of(process.business_unit_id),
        f"{UNIT_ADMINISTRATORS} and {SUPER_ADMINS}",
        f"{principal.name} is neither an editor nor an auditor of its business unit",
    )


def _is_super_admin(principal: Principal, _process: ProcessFacts) -> Check:
    return Check(
        "P1",
        f"Is {principal.name} a super admin? They see every process.",
        principal.is_super_admin,
        SUPER_ADMINS,
        f"{principal.name} is no super admin",
    )


def _is_named(principal: Principal, process: ProcessFacts) -> Check:
    return Check(
        "P1",
        f"Is {principal.name} named among those who may run it?",
        principal.person_id in process.runners.people,
        EDITORS,
        f"{principal.name} is not among those who may run it",
    )


def _is_in_named_group(principal: Principal, process: ProcessFacts) -> Check:
    return Check(
        "P1",
        f"Is {principal.name} in a group that may run it?",
        not principal.group_ids.isdisjoint(process.runners.groups),
        f"{EDITORS}, and whoever keeps the groups",
        f"{principal.name} is not among those who may run it",
    )


def _is_member_and_unit_may(principal: Principal, process: ProcessFacts) -> Check:
    return Check(
        "P1",
        f"May its whole business unit run it, and is {principal.name} a member?",
        process.runners.whole_unit and principal.is_member_of(process.business_unit_id),
        EDITORS,
        f"{principal.name} is not among those who may run it",
    )


def _is_published(process: ProcessFacts) -> Check:
    return Check(
        "P1",
        "Is a version of it published?",
        process.is_published,
        EDITORS,
        "no version of it is published",
    )


_RUN: tuple[_Question, ...] = (_is_editor, _is_named, _is_in_named_group, _is_member_and_unit_may)
_READ: tuple[_Question, ...] = (_is_editor, _audits)
_WAYS: dict[ProcessAct, tuple[_Question, ...]] = {
    ProcessAct.SEE: (_is_editor, _audits, _owns_it, _is_super_admin, *_RUN[1:]),
    ProcessAct.READ_DEFINITION: _READ,
    ProcessAct.EDIT: (_is_editor,),
    ProcessAct.PUBLISH: (_is_editor,),
    ProcessAct.SET_RUNNERS: (_is_editor,),
    ProcessAct.SET_OWNER: (_owns_it, _administers_unit),
    ProcessAct.DELETE: (_is_editor,),
    ProcessAct.RUN: _RUN,
    ProcessAct.READ_RUNS: (_is_editor, _owns_it, _audits),
    ProcessAct.MANAGE_RUNS: (_is_editor,),
    ProcessAct.MANAGE_TASKS: (_is_editor, _owns_it),
}
