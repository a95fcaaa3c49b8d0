"""The gallery: what can be connected, and the forms for it."""

from typing import Annotated, Any

from fastapi import Query
from pydantic import Field

from jackfield.api.access import needs
from jackfield.api.bodies import ListOf, Output
from jackfield.api.desk import Asking, Hub
from jackfield.api.languages import place_of, say, say_schema
from jackfield.api.routes import Routes
from jackfield.connections import Feature
from jackfield.connectors import Action, Effect, Repeat
from jackfield.connectors import Connector as DeclaredConnector
from jackfield.connectors import Scheme as DeclaredScheme
from jackfield.directory import Scope
from jackfield.kernel import BusinessUnitId

routes = Routes("connectors", "What can be connected, how one signs in there, and what can then be done.")

Schema = dict[str, Any]
_UnitAsked = Annotated[
    BusinessUnitId | None, Query(description="Say whether it is on in this business unit, too.", max_length=200)
]


class ConnectorInGallery(Output):
    """A kind of system, and whether it may be used."""

    key: str
    title: str
    description: str
    is_on: bool = Field(description="Switched on in the installation and in the business unit asked for (C13).")
    who_can_change: str = Field(description="Who can switch it, in words.")
    made_with: str = Field(
        description="What connections of it are made together with, as `integration`; empty where they are complete alone."
    )


class Scheme(Output):
    """One way to sign in."""

    key: str
    title: str
    credentials: Schema = Field(description="The form as a JSON schema; `writeOnly` fields are secrets.")


class ConnectorAction(Output):
    """One thing that can be done."""

    key: str
    title: str
    description: str
    effect: Effect = Field(description="What it does to the other side.")
    repeat: Repeat = Field(description="Whether it may be done again when nobody knows if it was done.")
    depends_on_arguments: bool = Field(description="Whether some calls are lighter than `effect` and `repeat` say.")
    arguments: Schema
    result: Schema


class Connector(ConnectorInGallery):
    """A kind of system with its forms and actions."""

    details: Schema = Field(description="The form of the general details as a JSON schema.")
    schemes: list[Scheme]
    most_schemes: int = Field(
        description="How many of them a connection may have at once: their keys joined as `basic+bearer`, and their fields "
        "as `1.username` and `2.token`."
    )
    actions: list[ConnectorAction]


@routes.get("/api/connectors", "connector_list", needs(Scope.READ), summary="List connectors")
async def list_connectors(
    *, hub: Hub, caller: Asking, business_unit_id: _UnitAsked = None
) -> ListOf[ConnectorInGallery]:
    """Every connector; one that is off says so, and who can turn it on."""
    found = await hub.connections.list_features(caller, business_unit_id)
    return ListOf[ConnectorInGallery].of(
        found, lambda one: ConnectorInGallery(**_shown(one, hub.catalogue.get(one.connector)))
    )


@routes.get("/api/connectors/{connector}", "connector_get", needs(Scope.READ), summary="Get a connector")
async def get_connector(*, connector: str, hub: Hub, caller: Asking, business_unit_id: _UnitAsked = None) -> Connector:
    """Its forms and actions, all as JSON schemas."""
    found = hub.catalogue.get(connector)
    features = await hub.connections.list_features(caller, business_unit_id)
    feature = next(one for one in features if one.connector == found.key)
    place = place_of(found)
    return Connector(
        **_shown(feature, found),
        details=say_schema(found.details.model_json_schema(), place),
        schemes=[_scheme(one, place) for one in found.schemes],
        most_schemes=found.most_schemes,
        actions=[_action(one, place) for one in found.actions.values()],
    )


def _shown(feature: Feature, declared: DeclaredConnector[Any]) -> dict[str, Any]:
    place = place_of(declared)
    return {
        "key": feature.connector,
        "title": say(feature.title, place),
        "description": say(feature.description, place),
        "is_on": feature.is_on,
        "who_can_change": say(feature.who_can_change),
        "made_with": declared.made_with,
    }


def _scheme(scheme: DeclaredScheme, place: str) -> Scheme:
    form = say_schema(scheme.credentials.model_json_schema(), place)
    return Scheme(key=scheme.key, title=say(scheme.title, place), credentials=form)


def _action(action: Action, place: str) -> ConnectorAction:
    return ConnectorAction(
        key=action.key,
        title=say(action.title, place),
        description=say(action.description, place),
        effect=action.weight.effect,
        repeat=action.weight.repeat,
        depends_on_arguments=action.weigh is not None,
        arguments=say_schema(action.arguments.model_json_schema(), place),
        result=say_schema(action.result.model_json_schema(mode="serialization"), place),
    )
