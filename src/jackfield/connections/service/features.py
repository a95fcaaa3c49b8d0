"""Switching connectors on and off, in the installation and in business units (C13)."""

from jackfield.connections.access import SUPER_ADMINS, UNIT_ADMINISTRATORS
from jackfield.connections.models import Feature, FeatureImpact
from jackfield.connections.service.parts import Parts
from jackfield.connections.store import features
from jackfield.db import Transaction
from jackfield.directory import Caller, Decision, Principal
from jackfield.errors import NotFoundError
from jackfield.kernel import Act, BusinessUnitId, ObjectRef, Outcome


async def list_features(parts: Parts, caller: Caller, unit: BusinessUnitId | None) -> tuple[Feature, ...]:
    """Every connector with its switches: what is off is shown as off, with who can turn it on."""

    def work(tx: Transaction) -> tuple[Feature, ...]:
        _require_known_unit(parts, tx, caller.principal, unit)
        off = features.find_off(tx, [] if unit is None else [unit])
        return tuple(_feature(parts, off, connector.key, unit) for connector in parts.catalogue)

    return await parts.read(work)


async def feature_impact(parts: Parts, caller: Caller, connector: str, unit: BusinessUnitId | None) -> FeatureImpact:
    """What turning a connector off would freeze; for those who may turn it off.

    Raises:
        ForbiddenError: The caller may not switch it.
    """
    parts.catalogue.get(connector)

    def work(tx: Transaction) -> FeatureImpact:
        _require_known_unit(parts, tx, caller.principal, unit)
        decide_switch(caller.principal, unit).require("switch")
        return FeatureImpact(features.count_connections(tx, connector, unit), features.count_uses(tx, connector, unit))

    return await parts.read(work)


async def set_feature(
    parts: Parts, caller: Caller, connector: str, unit: BusinessUnitId | None, *, on: bool
) -> Feature:
    """Turn a connector on or off. Connections keep all they have; while it is off, they can't be used.

    On again, whoever waits for one that is healthy hears of it.

    Raises:
        ForbiddenError: The installation's switch is the super admins', a business unit's that of its administrators.
    """
    parts.catalogue.get(connector)
    scope = unit or features.INSTALLATION

    def work(tx: Transaction) -> tuple[Decision, Feature]:
        tx.change_policy()
        principal = parts.principal(tx, caller)
        _require_known_unit(parts, tx, principal, unit)
        decision = decide_switch(principal, unit)
        if decision.allowed:
            features.replace_switch(tx, scope, connector, is_on=on, at=parts.clock.now(), by=caller.principal.person_id)
            impact = features.count_connections(tx, connector, unit)
            parts.audit.record(tx, _act(caller, connector, unit, decision, on=on, connections=impact))
            for connection_id in features.lock_connected(tx, connector, unit) if on else ():
                for one in parts.recovery_listeners:
                    one.recovered(tx, connection_id)
        off = features.find_off(tx, [] if unit is None else [unit])
        return decision, _feature(parts, off, connector, unit)

    decision, feature = await parts.database.write(work)
    if not decision.allowed:
        await parts.audit.record_alone(_act(caller, connector, unit, decision, on=on))
        decision.require("switch")
    return feature


def decide_switch(principal: Principal, unit: BusinessUnitId | None) -> Decision:
    """Whether somebody may switch connectors, in a business unit or (None) in the installation."""
    if principal.is_active and principal.is_super_admin:
        return Decision(allowed=True, rule="C13")
    if unit is not None and principal.is_active and principal.is_administrator_of(unit):
        return Decision(allowed=True, rule="C13")
    who = SUPER_ADMINS if unit is None else UNIT_ADMINISTRATORS
    where = "the installation" if unit is None else "the business unit"
    return Decision(allowed=False, rule="C13", who_can_change=who, reason=f"only {who} switch connectors in {where}")


def _feature(parts: Parts, off: frozenset[tuple[str, str]], key: str, unit: BusinessUnitId | None) -> Feature:
    connector = parts.catalogue.get(key)
    on_in_installation = (features.INSTALLATION, key) not in off
    return Feature(
        connector=key,
        title=connector.title,
        description=connector.description,
        business_unit_id=unit,
        on_in_installation=on_in_installation,
        on_in_unit=unit is None or (unit, key) not in off,
        who_can_change=SUPER_ADMINS if unit is None or not on_in_installation else UNIT_ADMINISTRATORS,
    )


def _require_known_unit(parts: Parts, tx: Transaction, principal: Principal, unit: BusinessUnitId | None) -> None:
    if unit is None:
        return
    knows = principal.is_member_of(unit) or principal.is_auditor_of(unit) or principal.is_super_admin
    if not knows or parts.directory.find_business_unit(tx, unit) is None:
        raise NotFoundError(
            "there is no such business unit, or it is not for you to see",
            code="business_unit.not_found",
            what="business_unit",
        )


def _act(
    caller: Caller,
    connector: str,
    unit: BusinessUnitId | None,
    decision: Decision,
    *,
    on: bool,
    connections: int | None = None,
) -> Act:
    return caller.act(
        "feature.turn_on" if on else "feature.turn_off",
        ObjectRef("feature", connector, connector),
        business_unit_id=unit,
        rule=decision.rule,
        outcome=Outcome.DONE if decision.allowed else Outcome.REFUSED,
        data={} if connections is None else {"connections": connections},
    )
