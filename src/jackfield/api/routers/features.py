"""The switches of connectors (C13)."""

from typing import Annotated

from fastapi import Query
from pydantic import Field

from jackfield.api.access import needs
from jackfield.api.bodies import Input, ListOf, Output
from jackfield.api.desk import Asking, Hub
from jackfield.api.languages import Words
from jackfield.api.routes import Routes
from jackfield.connections import Feature as FoundFeature
from jackfield.connections import UserKind
from jackfield.directory import Scope
from jackfield.kernel import BusinessUnitId

routes = Routes("features", "Which connectors are on, in the installation and in each business unit.")

_UnitAsked = Annotated[BusinessUnitId | None, Query(description="The installation if left out.", max_length=200)]


class SwitchFeature(Input):
    """On or off, and where."""

    on: bool
    business_unit_id: BusinessUnitId | None = Field(default=None, description="The installation if left out.")


class Feature(Output):
    """The switch of one connector."""

    connector: str
    title: Words
    is_on: bool = Field(description="On in both.")
    on_in_installation: bool
    on_in_unit: bool = Field(description="True when no business unit was asked for.")
    business_unit_id: str | None
    who_can_change: Words = Field(description="Who can turn on what is off, in words.")


class FeatureImpact(Output):
    """What turning it off would freeze."""

    connections: int
    uses: dict[UserKind, int] = Field(description="How many processes, triggers and so on refer to them.")
    running_runs: int


@routes.get("/api/features", "feature_list", needs(Scope.READ), summary="List features")
async def list_features(*, hub: Hub, caller: Asking, business_unit_id: _UnitAsked = None) -> ListOf[Feature]:
    """The switch of every connector."""
    return ListOf[Feature].of(await hub.connections.list_features(caller, business_unit_id), _show)


@routes.get(
    "/api/features/{connector}/impact", "feature_impact", needs(Scope.READ), summary="Ask what turning off would freeze"
)
async def get_impact(*, connector: str, hub: Hub, caller: Asking, business_unit_id: _UnitAsked = None) -> FeatureImpact:
    """To be shown before it is turned off; for those who may."""
    impact = await hub.connections.feature_impact(caller, connector, business_unit_id)
    return FeatureImpact(connections=impact.connections, uses=dict(impact.uses), running_runs=impact.running_runs)


@routes.put(
    "/api/features/{connector}", "feature_switch", needs(Scope.MANAGE_DIRECTORY), summary="Turn a feature on or off"
)
async def switch_feature(connector: str, body: SwitchFeature, hub: Hub, caller: Asking) -> Feature:
    """Off, its connections freeze and calls fail with `feature.off`; on again, all is as it was."""
    return _show(await hub.connections.set_feature(caller, connector, body.business_unit_id, on=body.on))


def _show(feature: FoundFeature) -> Feature:
    return Feature(
        connector=feature.connector,
        title=feature.title,
        is_on=feature.is_on,
        on_in_installation=feature.on_in_installation,
        on_in_unit=feature.on_in_unit,
        business_unit_id=feature.business_unit_id,
        who_can_change=feature.who_can_change,
    )
