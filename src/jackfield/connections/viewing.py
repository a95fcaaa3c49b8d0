"""Seeing connections as somebody else would: who may look so, and how far (C17). Pure, as `access`.

It never widens what anybody sees: what is shown is what both see, the one who looks and the one he looks as.
"""

from jackfield.connections.access import SUPER_ADMINS, UNIT_ADMINISTRATORS
from jackfield.directory import Decision, InstallationRole, Principal
from jackfield.kernel import BusinessUnitId

_RULE = "C17"


def decide_view_as(principal: Principal, person: Principal) -> Decision:
    """Whether somebody may see connections as another person would."""
    if principal.is_active and (principal.person_id == person.person_id or units_in_view(principal, person) != ()):
        return Decision(allowed=True, rule=_RULE)
    return _refusal()


def decide_view_as_anybody(principal: Principal) -> Decision:
    """Whether there can be anybody as whom he may see connections, before it is looked up who is meant."""
    administers = any(principal.is_administrator_of(unit) for unit in principal.roles)
    if principal.is_active and (_sees_all(principal) or administers):
        return Decision(allowed=True, rule=_RULE)
    return _refusal()


def units_in_view(principal: Principal, person: Principal) -> tuple[BusinessUnitId, ...] | None:
    """In which business units he may look so; None is everywhere."""
    if _sees_all(principal) or principal.person_id == person.person_id:
        return None
    return tuple(unit for unit in sorted(person.roles) if principal.is_administrator_of(unit))


def _sees_all(principal: Principal) -> bool:
    return principal.is_super_admin or InstallationRole.AUDITOR in principal.installation_roles


def _refusal() -> Decision:
    who = f"{SUPER_ADMINS}, auditors of the installation, and {UNIT_ADMINISTRATORS} for its members"
    return Decision(
        allowed=False,
        rule=_RULE,
        who_can_change=SUPER_ADMINS,
        reason=f"only {who} see connections as somebody else would",
    )
