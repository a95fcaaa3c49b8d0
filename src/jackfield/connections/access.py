"""Who may do what with a connection: pure functions over facts, and the only place where it is decided.

Read it from `decide` down. A decision is a chain of questions, each under the rule of the product that asks it. One
kind of question opens a way in ("is he an admin of it?"): the first yes will do. The other kind is a condition ("is
its feature on?"): every one must be met. `explain` shows the questions that were asked, so it can't disagree with
`decide`; the lists of the store ask the same in SQL, and a property test holds the two together.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from jackfield.connections.errors import connector_is_off, details_are_fixed, not_connected, unknown_connection
from jackfield.connections.models import ConnectionAct, ConnectionFacts, ConnectionState
from jackfield.directory import Decision, Principal
from jackfield.errors import HubError
from jackfield.kernel import BusinessUnitId

NOBODY = "nobody"
ADMINS = "the connection's admins"
UNIT_ADMINISTRATORS = "the business unit's administrators"
SUPER_ADMINS = "the super admins"
SHARERS = f"{ADMINS}, and {SUPER_ADMINS} by sharing it"
SWITCHERS = f"{UNIT_ADMINISTRATORS} for the business unit, {SUPER_ADMINS} for the installation"


@dataclass(frozen=True, slots=True)
class Check:
    """One question on the way to a decision."""

    rule: str
    question: str
    answer: bool
    who_can_change: str
    """Who could make the answer another."""
    refusal: str
    """What to tell somebody who is refused because the answer is no."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision with every question that led to it (C17)."""

    act: str
    decision: Decision
    checks: tuple[Check, ...]
    """In the order they were asked."""


class StepAccess(StrEnum):
    """What an editor of a process may do with a step that uses a connection (C10)."""

    EDITABLE = "editable"
    LOCKED = "locked"
    """Named, to be kept or replaced, not reconfigured."""


def decide(principal: Principal, act: ConnectionAct, connection: ConnectionFacts) -> Decision:
    """Whether somebody may do something with a connection."""
    return explain(principal, act, connection).decision


def explain(principal: Principal, act: ConnectionAct, connection: ConnectionFacts) -> Explanation:
    """`decide`, with the questions that were asked (C17)."""
    chain = Chain()
    if chain.require(ask_active(principal)):
        _ACTS[act](chain, principal, connection)
    return chain.explanation(act)


def decide_create(principal: Principal, unit: BusinessUnitId, *, production: bool) -> Decision:
    """Whether somebody may create connections in a business unit (C1)."""
    chain = Chain()
    if chain.require(ask_active(principal)):
        chain.require(_may_create(principal, unit, production=production))
    return chain.explanation("create").decision


def decide_run(connection: ConnectionFacts, publisher: Principal, *, feature_on: bool) -> Decision:
    """Whether a published definition may use a connection, whoever runs it (C9).

    Args:
        connection: The connection that the definition names.
        publisher: Who published it, as he was then: he must have had design use.
        feature_on: Whether the connector is on now.
    """
    chain = Chain()
    if chain.require(ask_active(publisher)) and _require_design_use(chain, publisher, connection):
        chain.require_also(ask_feature(on=feature_on))
    decision = chain.explanation("run").decision
    return Decision(allowed=True, rule="C9") if decision.allowed else decision


def decide_in_run(connection: ConnectionFacts) -> Decision:
    """Whether a connection can be used in runs now: the part of `decide_run` that is asked again at every use."""
    chain = Chain()
    if chain.require_also(ask_feature(on=connection.feature_on)) and chain.require_also(ask_connected(connection)):
        return Decision(allowed=True, rule="C9")
    return chain.explanation("run").decision


def require_run(connection: ConnectionFacts) -> Decision:
    """`decide_in_run`, if it is a yes.

    Raises:
        FeatureOffError: Its connector is off (C13).
        NotConnectedError: It has never been connected (C1).
    """
    decision = decide_in_run(connection)
    if decision.allowed:
        return decision
    raise connector_is_off(connection.connector, decision) if decision.rule == "C13" else not_connected(decision)


def decide_step(principal: Principal, connection: ConnectionFacts) -> StepAccess:
    """How a step that uses a connection opens for an editor of its process (C10)."""
    return StepAccess.EDITABLE if _has_design_use(principal, connection) else StepAccess.LOCKED


def require(principal: Principal, act: ConnectionAct, connection: ConnectionFacts) -> Decision:
    """The decision, if it is a yes.

    Raises:
        NotFoundError: He may not even know that there is such a connection.
        FeatureOffError: It is only that the connector is off (C13).
        ConflictError: It is only that the connection is not in the state for it.
        ForbiddenError: He may not; it names the rule.
    """
    decision = decide(principal, act, connection)
    if decision.allowed:
        return decision
    if not may_know_of(principal, connection):
        raise unknown_connection()
    raise refusal_of(connection, decision, act)


def refusal_of(connection: ConnectionFacts, decision: Decision, act: str = ConnectionAct.USE) -> HubError:
    """The error for a no, to somebody who may know of the connection."""
    match decision.rule:
        case "C13":
            return connector_is_off(connection.connector, decision)
        case "C1":
            return not_connected(decision)
        case "C5":
            return details_are_fixed(decision)
        case _:
            return decision.error(act)


def may_know_of(principal: Principal, connection: ConnectionFacts) -> bool:
    """Whether somebody may learn that a connection exists; to all others it is as unknown as one that doesn't."""
    return decide(principal, ConnectionAct.SEE, connection).allowed or _has_design_use(principal, connection)


class Chain:
    """The questions asked so far; rooms above ask theirs in one, too."""

    def __init__(self) -> None:
        self._checks: list[Check] = []
        self._decision = Decision(allowed=False, rule="C17", who_can_change=NOBODY)

    def require(self, condition: Check) -> bool:
        """Ask for something without which it is refused."""
        self._checks.append(condition)
        self._decision = _decision(condition)
        return condition.answer

    def require_also(self, condition: Check) -> bool:
        """Ask for something that never is the reason why, only why not."""
        self._checks.append(condition)
        if not condition.answer:
            self._decision = _decision(condition)
        return condition.answer

    def require_one(self, *ways: Check) -> bool:
        """Ask for the ways in, up to the first that is open; the last one says what is missing if none is."""
        return any(self.require(way) for way in ways)

    def explanation(self, act: str) -> Explanation:
        """What came of them."""
        return Explanation(act, self._decision, tuple(self._checks))


def _decision(check: Check) -> Decision:
    if check.answer:
        return Decision(allowed=True, rule=check.rule)
    return Decision(allowed=False, rule=check.rule, who_can_change=check.who_can_change, reason=check.refusal)


# --- What each act asks for -------------------------------------------------------------------------------------------


def _see(chain: Chain, principal: Principal, connection: ConnectionFacts) -> None:
    chain.require_one(
        _is_admin(principal, connection),
        _is_super_admin(principal),
        _audits(principal, connection),
        _created_it(principal, connection),
    )


def _read(chain: Chain, principal: Principal, connection: ConnectionFacts) -> None:
    chain.require_one(
        _created_it(principal, connection),
        _audits(principal, connection),
        _administers(principal, connection),
    )


def _design(chain: Chain, principal: Principal, connection: ConnectionFacts) -> None:
    if _require_design_use(chain, principal, connection):
        chain.require_also(ask_feature(on=connection.feature_on))


def _use(chain: Chain, principal: Principal, connection: ConnectionFacts) -> None:
    if _require_design_use(chain, principal, connection) and chain.require_also(ask_feature(on=connection.feature_on)):
        chain.require_also(ask_connected(connection))


def _administer(chain: Chain, principal: Principal, connection: ConnectionFacts) -> None:
    chain.require(_administers(principal, connection))


def _administer_through(chain: Chain, principal: Principal, connection: ConnectionFacts) -> None:
    """Acts of admins that speak to the other side: impossible while its feature is off."""
    if chain.require(_administers(principal, connection)):
        chain.require_also(ask_feature(on=connection.feature_on))


def _change_details(chain: Chain, principal: Principal, connection: ConnectionFacts) -> None:
    if chain.require(_administers(principal, connection)) and chain.require_also(ask_feature(on=connection.feature_on)):
        chain.require_also(_is_open_to_correction(connection))


def _share(chain: Chain, principal: Principal, connection: ConnectionFacts) -> None:
    if not chain.require(_is_admin(principal, connection)) and principal.is_super_admin:
        chain.require(_is_super_admin(principal))


_ACTS: dict[ConnectionAct, Callable[[Chain, Principal, ConnectionFacts], None]] = {
    ConnectionAct.SEE: _see,
    ConnectionAct.READ_DETAILS: _read,
    ConnectionAct.READ_ACTIVITY: _read,
    ConnectionAct.DESIGN: _design,
    ConnectionAct.USE: _use,
    ConnectionAct.RENAME: _administer,
    ConnectionAct.RECONNECT: _administer_through,
    ConnectionAct.ROLL_BACK: _administer,
    ConnectionAct.RETRY: _administer_through,
    ConnectionAct.CHANGE_DETAILS: _change_details,
    ConnectionAct.SHARE: _share,
    ConnectionAct.REMOVE_ADMIN: _administer,
    ConnectionAct.SET_AUTHORIZED_PERSONS: _administer,
    ConnectionAct.DELETE: _administer,
    ConnectionAct.REPLACE: _administer_through,
}


def _require_design_use(chain: Chain, principal: Principal, connection: ConnectionFacts) -> bool:
    if not chain.require(_is_editor(principal, connection)):
        return False
    return chain.require_one(
        _is_not_narrowed(connection),
        _created_it(principal, connection, rule="C8"),
        _is_admin(principal, connection, rule="C8"),
        _is_authorized(principal, connection),
        _is_in_authorized_group(principal, connection),
    )


def _has_design_use(principal: Principal, connection: ConnectionFacts) -> bool:
    """Design use whether or not the feature is on."""
    return principal.is_active and _require_design_use(Chain(), principal, connection)


# --- The questions ----------------------------------------------------------------------------------------------------


def ask_active(principal: Principal) -> Check:
    """Is he active (C12)?"""
    return Check(
        "C12",
        f"Is {principal.name} active?",
        principal.is_active,
        SUPER_ADMINS,
        "deactivated people can do nothing",
    )


def _is_super_admin(principal: Principal) -> Check:
    return Check(
        "C7",
        f"Is {principal.name} a super admin? They see every connection, and may share it.",
        principal.is_super_admin,
        SUPER_ADMINS,
        "only super admins see and share the connections of others",
    )


def _audits(principal: Principal, connection: ConnectionFacts) -> Check:
    return Check(
        "C3",
        f"Is {principal.name} an auditor of the business unit or of the installation?",
        principal.is_auditor_of(connection.business_unit_id),
        f"{UNIT_ADMINISTRATORS} and {SUPER_ADMINS}",
        f"it was not shared with {principal.name}, who is no auditor here",
    )


def _created_it(principal: Principal, connection: ConnectionFacts, *, rule: str = "C3") -> Check:
    return Check(
        rule,
        f"Did {principal.name} create it, and is {principal.name} still in its business unit?",
        connection.creator_id == principal.person_id and _belongs(principal, connection),
        SHARERS,
        f"{principal.name} did not create it, and it was not shared with {principal.name}",
    )


def _is_admin(principal: Principal, connection: ConnectionFacts, *, rule: str = "C6") -> Check:
    return Check(
        rule,
        f"Is {principal.name} one of its admins, and still in its business unit?",
        principal.person_id in connection.admin_ids and _belongs(principal, connection),
        SHARERS,
        "only the connection's admins may do this",
    )


def _administers(principal: Principal, connection: ConnectionFacts) -> Check:
    """Is he an admin? A super admin who isn't is refused by C7, which tells him what he can do about it."""
    asked = _is_admin(principal, connection)
    if asked.answer or not principal.is_super_admin:
        return asked
    return replace(
        asked,
        rule="C7",
        refusal="super admins may only share the connections of others; whoever shares it with "
        "themselves first may, and its admins will be told",
    )


def _is_editor(principal: Principal, connection: ConnectionFacts) -> Check:
    return Check(
        "C8",
        f"Does {principal.name} have editing rights in its business unit?",
        principal.is_editor_of(connection.business_unit_id),
        UNIT_ADMINISTRATORS,
        "only editors of the connection's business unit may design with it or call it directly",
    )


def _is_not_narrowed(connection: ConnectionFacts) -> Check:
    return Check(
        "C8",
        "Is it open to every editor, as no authorized persons are named?",
        not connection.is_narrowed,
        ADMINS,
        "its use is narrowed to authorized persons",
    )


def _is_authorized(principal: Principal, connection: ConnectionFacts) -> Check:
    return Check(
        "C8",
        f"Is {principal.name} named among its authorized persons?",
        principal.person_id in connection.authorized_people,
        ADMINS,
        f"its use is narrowed to authorized persons, and {principal.name} is not among them",
    )


def _is_in_authorized_group(principal: Principal, connection: ConnectionFacts) -> Check:
    return Check(
        "C8",
        f"Is {principal.name} in one of its authorized groups?",
        not principal.group_ids.isdisjoint(connection.authorized_groups),
        f"{ADMINS}, and whoever keeps the groups",
        f"its use is narrowed to authorized persons, and {principal.name} is not among them",
    )


def ask_feature(*, on: bool) -> Check:
    """Is its connector on (C13)?"""
    return Check(
        "C13",
        "Is its connector switched on, in the installation and in its business unit?",
        on,
        SWITCHERS,
        f"its connector is switched off; {SWITCHERS} can turn it on",
    )


def ask_connected(connection: ConnectionFacts) -> Check:
    """Has it ever been connected (C1)?"""
    return Check(
        "C1",
        "Has it ever been connected?",
        connection.state is not ConnectionState.NOT_CONNECTED,
        ADMINS,
        "it is not connected yet; its admins can correct and retry it",
    )


def _is_open_to_correction(connection: ConnectionFacts) -> Check:
    return Check(
        "C5",
        "Has it never been connected, so that its general details are still open?",
        not connection.ever_connected,
        NOBODY,
        "the general details of a connection that has been connected can't change; make a successor of it instead",
    )


def _may_create(principal: Principal, unit: BusinessUnitId, *, production: bool) -> Check:
    if production:
        return Check(
            "C1",
            f"Does {principal.name} administer the business unit? This is a production installation.",
            principal.is_administrator_of(unit),
            f"{UNIT_ADMINISTRATORS} and {SUPER_ADMINS}",
            "in a production installation only the business unit's administrators create connections",
        )
    return Check(
        "C1",
        f"Does {principal.name} have editing rights in the business unit?",
        principal.is_editor_of(unit),
        UNIT_ADMINISTRATORS,
        "only editors of a business unit create connections in it",
    )


def _belongs(principal: Principal, connection: ConnectionFacts) -> bool:
    """Whoever has left the business unit has no rights from before (C12); super admins belong everywhere."""
    return principal.is_member_of(connection.business_unit_id) or principal.is_super_admin
