"""What a process can begin as: listed, and filled with the connections that it is to use (P4)."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from jackfield.api.access import needs
from jackfield.api.bodies import Input, ListOf, Output, Whole
from jackfield.api.desk import Asking, Hub
from jackfield.api.languages import Words
from jackfield.api.routes import Routes
from jackfield.directory import Scope
from jackfield.processes import TELL_WITH, TEMPLATES, Called, Filling, Template, fill_template

routes = Routes("process-templates", "Small definitions that a process can begin as. They are changed like any other.")

_Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,60}$")]


class TemplateShown(Output):
    """A definition with gaps."""

    key: str
    title: Words
    description: Words
    takes: list[str] = Field(description="What it is filled with, as it is named where that is done.")
    tell_with: list[str] = Field(description="The connectors that can tell somebody without an action being named.")


class CalledInput(Input):
    """What a step calls."""

    connector: _Key = "http"
    connection: Annotated[
        str, Field(max_length=200, description="Its name or id; empty: it is written into the definition later.")
    ] = ""
    action: Annotated[
        str | None,
        Field(min_length=1, max_length=200, description="Null: one that its connector offers to begin with."),
    ] = None
    arguments: Annotated[dict[str, Any], Field(max_length=1000, description="Of the action, where one is named.")] = (
        Field(default_factory=dict[str, Any])
    )


class FillTemplate(Input):
    """What a template is filled with; what it doesn't take is of no account."""

    call: CalledInput = Field(default_factory=CalledInput)
    tell: CalledInput = Field(
        default_factory=lambda: CalledInput(connector="mail"),
        description="Through what somebody is told that the call has failed.",
    )
    attempts: Annotated[int, Field(ge=0, le=100), Whole] = Field(
        default=3, description="How often the call is tried again."
    )
    seconds: Annotated[int, Field(ge=1, le=86_400), Whole] = Field(
        default=10, description="How long is waited before; twice as long before each time after."
    )


class FilledTemplate(Output):
    """The definition that a template makes."""

    definition: dict[str, Any] = Field(description="Amazon States Language, for a draft.")


@routes.get(
    "/api/process-templates", "process_template_list", needs(Scope.READ), summary="List the templates of processes"
)
async def list_templates(hub: Hub, caller: Asking) -> ListOf[TemplateShown]:  # noqa: ARG001  # for everybody signed in
    """In the order in which they are offered."""
    return ListOf[TemplateShown].of(TEMPLATES.values(), _show)


@routes.post(
    "/api/process-templates/{template}/definitions",
    "process_template_fill",
    needs(Scope.READ),
    summary="Fill a template",
)
async def write_definition(template: str, body: FillTemplate, hub: Hub, caller: Asking) -> FilledTemplate:  # noqa: ARG001
    """The definition for a draft. Nothing is stored, and no connection looked at: the draft is checked for that."""
    filling = Filling(call=_read(body.call), tell=_read(body.tell), attempts=body.attempts, seconds=body.seconds)
    return FilledTemplate(definition=fill_template(template, filling))


def _read(called: CalledInput) -> Called:
    return Called(called.connector, called.connection, called.action, called.arguments)


def _show(template: Template) -> TemplateShown:
    tell_with = list(TELL_WITH) if "tell" in template.takes else []
    return TemplateShown(
        key=template.key,
        title=template.title,
        description=template.description,
        takes=list(template.takes),
        tell_with=tell_with,
    )
