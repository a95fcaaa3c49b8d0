"""Who may do what with a custom integration: pure functions over facts, and the only place where it is decided.

Administering it is administering its connection, and decided there. Calling a method is decided here: within the access
groups (O1), with a grant (O5), at the moment of the call (O7).
"""

from collections.abc import Mapping
from typing import Final

from jackfield.connections import (
    ADMINS,
    Chain,
    Check,
    ConnectionAct,
    Explanation,
    ask_active,
    ask_connected,
    ask_feature,
)
from jackfield.connections import decide as decide_on_connection
from jackfield.connections import may_know_of as may_know_of_connection
from jackfield.directory import Decision, Principal
from jackfield.integrations.models import Definition, Grant, GrantLevel, IntegrationAct, IntegrationFacts, MethodUse

_KEEPERS: Final = "whoever keeps the groups"
_ON_CONNECTION: Final[Mapping[IntegrationAct, ConnectionAct]] = {
    IntegrationAct.READ: ConnectionAct.READ_DETAILS,
    IntegrationAct.CHANGE: ConnectionAct.RENAME,
    IntegrationAct.GRANT: ConnectionAct.RENAME,
    IntegrationAct.UPDATE: ConnectionAct.RENAME,
}


def decide(principal: Principal, act: IntegrationAct, facts: IntegrationFacts) -> Decision:
    """Whether somebody may do something with an integration, apart from calling its methods."""
    return decide_on_connection(principal, _ON_CONNECTION[act], facts.connection)


def decide_call(principal: Principal, facts: IntegrationFacts, grant: Grant | None) -> Decision:
    """Whether somebody may call a method that is granted so, or (None) to nobody."""
    return explain_call(principal, facts, grant).decision


def explain_call(principal: Principal, facts: IntegrationFacts, grant: Grant | None) -> Explanation:
    """`decide_call`, with the questions that were asked (C17)."""
    chain = Chain()
    if _require_granted(chain, principal, facts, grant) and grant is not None:
        chain.require_also(_is_accepted(grant))
        if chain.require_also(ask_feature(on=facts.connection.feature_on)):
            chain.require_also(ask_connected(facts.connection))
    return chain.explanation(IntegrationAct.CALL)


def decide_in_run(publisher: Principal, facts: IntegrationFacts, grant: Grant | None) -> Decision:
    """Whether a run may call a method now, by the right of whoever published its version (C9, O5).

    That he has left meanwhile takes nothing down (C12): a right that was taken from him does.
    """
    chain = Chain()
    if _require_given(chain, publisher, facts, grant) and grant is not None:
        chain.require_also(_is_accepted(grant))
    return chain.explanation(IntegrationAct.CALL).decision


def is_granted(principal: Principal, facts: IntegrationFacts, grant: Grant | None) -> bool:
    """Whether the method is his to know: within the access groups and granted, usable at this moment or not (O7)."""
    return _require_granted(Chain(), principal, facts, grant)


def use_of(principal: Principal, facts: IntegrationFacts, grant: Grant | None) -> MethodUse:
    """The decision in a word."""
    if grant is None or not decide_call(principal, facts, grant).allowed:
        return MethodUse.NO
    return MethodUse.CONFIRMATION if grant.confirmation else MethodUse.ALLOWED


def may_know_of(principal: Principal, facts: IntegrationFacts, definition: Definition) -> bool:
    """Whether somebody may learn that the integration exists: he may know of its connection, or call one of its methods."""
    if may_know_of_connection(principal, facts.connection):
        return True
    return any(is_granted(principal, facts, grant) for grant in definition.grants.values())


def may_see(principal: Principal, facts: IntegrationFacts, definition: Definition) -> bool:
    """Whether it is in his list: he may see its connection (C3), or call one of its methods."""
    if decide_on_connection(principal, ConnectionAct.SEE, facts.connection).allowed:
        return True
    return any(is_granted(principal, facts, grant) for grant in definition.grants.values())


def acts_of(principal: Principal, facts: IntegrationFacts, definition: Definition) -> frozenset[IntegrationAct]:
    """What somebody may do with it now."""
    found = {act for act in _ON_CONNECTION if decide(principal, act, facts).allowed}
    if any(use_of(principal, facts, grant) is not MethodUse.NO for grant in definition.grants.values()):
        found.add(IntegrationAct.CALL)
    if may_see(principal, facts, definition):
        found.add(IntegrationAct.SEE)
    return frozenset(found)


def _require_granted(chain: Chain, principal: Principal, facts: IntegrationFacts, grant: Grant | None) -> bool:
    return chain.require(ask_active(principal)) and _require_given(chain, principal, facts, grant)


def _require_given(chain: Chain, principal: Principal, facts: IntegrationFacts, grant: Grant | None) -> bool:
    return (
        chain.require(_has_access(principal, facts))
        and chain.require(_is_granted_at_all(grant))
        and grant is not None
        and chain.require(_WAYS[grant.level](principal, grant))
    )


# --- The questions ----------------------------------------------------------------------------------------------------


def _has_access(principal: Principal, facts: IntegrationFacts) -> Check:
    return Check(
        "O1",
        f"Is {principal.name} in one of the integration's access groups?",
        not principal.group_ids.isdisjoint(facts.access_groups),
        _KEEPERS,
        f"{principal.name} is in none of the integration's access groups, which can't be changed",
    )


def _is_granted_at_all(grant: Grant | None) -> Check:
    return Check(
        "O5",
        "Is the method granted to anybody?",
        grant is not None,
        ADMINS,
        "the method is granted to nobody",
    )


def _is_in_granted_unit(principal: Principal, grant: Grant) -> Check:
    return Check(
        "O5",
        f"Does {principal.name} belong to one of the business units that it is granted to?",
        any(principal.is_member_of(unit) for unit in principal.roles if unit in grant.entries),
        ADMINS,
        f"the method is granted to other business units than those of {principal.name}",
    )


def _is_in_granted_group(principal: Principal, grant: Grant) -> Check:
    return Check(
        "O5",
        f"Is {principal.name} in one of the groups that it is granted to?",
        any(group in grant.entries for group in principal.group_ids),
        f"{ADMINS}, and {_KEEPERS}",
        f"the method is granted to groups of which {principal.name} is in none",
    )


def _is_granted_individual(principal: Principal, grant: Grant) -> Check:
    return Check(
        "O5",
        f"Is {principal.name} among the people that it is granted to?",
        principal.person_id in grant.entries,
        ADMINS,
        f"the method is granted to single people, and {principal.name} is not among them",
    )


_WAYS: Final = {
    GrantLevel.COMPANY: _is_in_granted_unit,
    GrantLevel.GROUPS: _is_in_granted_group,
    GrantLevel.INDIVIDUALS: _is_granted_individual,
}


def _is_accepted(grant: Grant) -> Check:
    return Check(
        "O9",
        "Does the method mean what it meant when it was granted, or has its new meaning been accepted?",
        not grant.held,
        ADMINS,
        "the method changed its meaning with an update of the document; an admin of the connection has to accept it first",
    )
