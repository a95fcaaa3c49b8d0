"""The allow lists of targets inside the company's network.

Public addresses may be reached by every connection. What is inside is opened by super admins alone, for the
installation or for one business unit: a business unit's administrator can't open the company's network.
"""

from collections.abc import Callable
from typing import TypeVar

from jackfield.connections.access import SUPER_ADMINS
from jackfield.connections.models import OutboundRule
from jackfield.connections.service.parts import Parts
from jackfield.connections.store import outbound
from jackfield.db import Transaction
from jackfield.directory import Caller, Decision, Principal
from jackfield.egress import AllowedTarget, valid_target
from jackfield.errors import ForbiddenError, InvalidError, NotFoundError
from jackfield.kernel import Act, BusinessUnitId, ObjectRef, Outcome, new_id

T = TypeVar("T")

_RULE = "outbound.super_admin"
_MAX_NOTE = 500


async def list_outbound(parts: Parts, caller: Caller, unit: BusinessUnitId | None) -> tuple[OutboundRule, ...]:
    """One allow list: a business unit's, or (None) the installation's.

    Raises:
        ForbiddenError: Administrators and auditors see it, of the business unit or of the installation.
    """
    decide_outbound(caller.principal, unit, change=False).require("read")
    return tuple(await parts.read(lambda tx: outbound.list_rules(tx, unit)))


async def allow_outbound(
    parts: Parts, caller: Caller, unit: BusinessUnitId | None, *, host: str, port: int | None, note: str
) -> OutboundRule:
    """Allow a target.

    Raises:
        InvalidError: It names no address, network, host name or `*.domain`, or no port.
    """
    target = valid_target(AllowedTarget(host.strip(), port))
    if len(note) > _MAX_NOTE:
        raise InvalidError(f"note must have at most {_MAX_NOTE} characters", field="note")
    rule = OutboundRule(
        id=new_id("out"),
        business_unit_id=unit,
        host=target.host,
        port=target.port,
        note=note.strip(),
        created_at=parts.clock.now(),
        created_by=caller.principal.person_id,
    )

    def work(tx: Transaction) -> OutboundRule:
        tx.change_policy()
        decide_outbound(parts.principal(tx, caller), unit, change=True).require("allow")
        if unit is not None and parts.directory.find_business_unit(tx, unit) is None:
            raise NotFoundError("there is no such business unit", code="business_unit.not_found", what="business_unit")
        outbound.insert_rule(tx, rule)
        parts.audit.record(tx, _act(caller, "outbound.allow", rule))
        return rule

    return await _change(parts, caller, "outbound.allow", unit, work)


async def disallow_outbound(parts: Parts, caller: Caller, rule_id: str) -> None:
    """Take a target off its list; connections can't reach it any more from the next call on.

    Raises:
        NotFoundError: There is no such entry.
    """

    def work(tx: Transaction) -> None:
        tx.change_policy()
        decide_outbound(parts.principal(tx, caller), None, change=True).require("disallow")
        rule = outbound.find_rule(tx, rule_id)
        if rule is None:
            raise NotFoundError("there is no such outbound target", code="outbound.not_found", what="outbound target")
        outbound.delete_rule(tx, rule_id)
        parts.audit.record(tx, _act(caller, "outbound.disallow", rule))

    await _change(parts, caller, "outbound.disallow", None, work)


def decide_outbound(principal: Principal, unit: BusinessUnitId | None, *, change: bool) -> Decision:
    """Whether somebody may see or change an allow list: a business unit's, or (None) the installation's."""
    return _decide_change(principal) if change else _decide_read(principal, unit)


def _decide_change(principal: Principal) -> Decision:
    return Decision(
        allowed=principal.is_active and principal.is_super_admin,
        rule=_RULE,
        who_can_change=SUPER_ADMINS,
        reason="only super admins say what connections may reach inside the company's network",
    )


def _decide_read(principal: Principal, unit: BusinessUnitId | None) -> Decision:
    if principal.is_super_admin or (unit is not None and principal.is_administrator_of(unit)):
        return Decision(allowed=True, rule=_RULE)
    audits = principal.is_auditor_of(unit) if unit is not None else principal.is_auditor_of(BusinessUnitId(""))
    return Decision(
        allowed=audits,
        rule=_RULE,
        who_can_change=SUPER_ADMINS,
        reason="only administrators and auditors see what connections may reach",
    )


async def _change(
    parts: Parts, caller: Caller, name: str, unit: BusinessUnitId | None, work: Callable[[Transaction], T]
) -> T:
    try:
        return await parts.database.write(work)
    except ForbiddenError:
        await parts.audit.record_alone(
            caller.act(name, ObjectRef("outbound", ""), business_unit_id=unit, rule=_RULE, outcome=Outcome.REFUSED)
        )
        raise


def _act(caller: Caller, name: str, rule: OutboundRule) -> Act:
    target = rule.host if rule.port is None else f"{rule.host} port {rule.port}"
    return caller.act(
        name,
        ObjectRef("outbound", rule.id, target),
        business_unit_id=rule.business_unit_id,
        rule=_RULE,
        data={"host": rule.host, "port": rule.port},
    )
