"""The allow lists of targets inside the company's network."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field

from jackfield.api.access import needs
from jackfield.api.bodies import Input, ListOf, Output, Whole
from jackfield.api.desk import Asking, Hub
from jackfield.api.routes import Routes
from jackfield.connections import OutboundRule
from jackfield.directory import Scope
from jackfield.kernel import BusinessUnitId

routes = Routes(
    "outbound", "Targets inside the company's network that connections may reach. Public addresses need no entry."
)

_UnitAsked = Annotated[BusinessUnitId | None, Query(description="The installation's if left out.", max_length=200)]


class AllowTarget(Input):
    """A target to allow."""

    host: Annotated[str, Field(min_length=1, max_length=253, examples=["10.20.0.0/16", "*.corp.example.com"])] = Field(
        description="An address, a network in CIDR notation, a host name, or `*.` and a domain."
    )
    port: Annotated[int, Field(ge=1, le=65535), Whole] | None = Field(
        default=None, description="Every port if left out."
    )
    business_unit_id: BusinessUnitId | None = Field(default=None, description="The installation if left out.")
    note: Annotated[str, Field(max_length=500)] = ""


class Target(Output):
    """A target that may be reached."""

    id: str
    business_unit_id: str | None
    host: str
    port: int | None
    note: str
    created_at: datetime
    created_by: str
    created_by_name: str


@routes.get("/api/outbound-targets", "target_list", needs(Scope.READ), summary="List outbound targets")
async def list_targets(*, hub: Hub, caller: Asking, business_unit_id: _UnitAsked = None) -> ListOf[Target]:
    """One allow list: the installation's or a business unit's."""
    rules = await hub.connections.list_outbound(caller, business_unit_id)
    names = await hub.directory.find_names([rule.created_by for rule in rules])
    return ListOf[Target].of(rules, lambda rule: _show(rule, names))


@routes.post(
    "/api/outbound-targets",
    "target_allow",
    needs(Scope.MANAGE_DIRECTORY),
    status_code=201,
    summary="Allow an outbound target",
)
async def allow_target(body: AllowTarget, hub: Hub, caller: Asking) -> Target:
    """For super admins: a business unit's administrator can't open the company's network."""
    rule = await hub.connections.allow_outbound(
        caller, body.host, body.port, unit=body.business_unit_id, note=body.note
    )
    return _show(rule, {rule.created_by: caller.principal.name})


@routes.delete(
    "/api/outbound-targets/{target_id}",
    "target_disallow",
    needs(Scope.MANAGE_DIRECTORY),
    summary="Take back an outbound target",
)
async def disallow_target(target_id: str, hub: Hub, caller: Asking) -> None:
    """Connections can't reach it any more from the next call on."""
    await hub.connections.disallow_outbound(caller, target_id)


def _show(rule: OutboundRule, names: Mapping[str, str]) -> Target:
    return Target(
        id=rule.id,
        business_unit_id=rule.business_unit_id,
        host=rule.host,
        port=rule.port,
        note=rule.note,
        created_at=rule.created_at,
        created_by=rule.created_by,
        created_by_name=names.get(rule.created_by, rule.created_by),
    )
