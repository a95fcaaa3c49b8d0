"""The versions of a custom integration's document: what an update would change, applying it, going back."""

from typing import Annotated, Any

from pydantic import Field

from jackfield.api.access import needs
from jackfield.api.bodies import Input, Output, Whole
from jackfield.api.desk import Asking, Hub
from jackfield.api.languages import Words
from jackfield.api.paging import Expected, PageAsked, PageOf, Tagging
from jackfield.api.routers.integrations import Accepted, DocumentField
from jackfield.api.routers.shown_integrations import (
    DescribedMethod,
    Document,
    DocumentText,
    Integration,
    Remark,
    show_described,
    show_document,
    show_integration,
    show_remarks,
)
from jackfield.api.routes import Routes
from jackfield.connections import Use, UserKind, UserState
from jackfield.directory import Scope
from jackfield.integrations import ChangedMethod, UpdateDecision, UpdatePlan

routes = Routes("versions", "The versions of a custom integration's document; earlier ones can be put in force again.")

_Number = Annotated[int, Field(ge=1, le=1_000_000), Whole]


class PreviewUpdate(Input):
    """Another version of the document: its text, or the number of an earlier version."""

    document: DocumentField | None = None
    number: _Number | None = None


class _Decided(Input):
    based_on: _Number | None = Field(
        default=None, description="As the preview said; refused if another version is in force since."
    )
    accept: Annotated[list[Annotated[str, Field(min_length=1, max_length=64)]], Field(max_length=5000)] = Field(
        default_factory=list[str],
        description="Changed methods, by their new names, that may be called on; the others that break or do more than "
        "before can't be called until they are accepted or granted anew (D26).",
    )
    confirm_removed: bool = Field(default=False, description="Granted methods that are no longer there may go.")
    accept_responsibilities: Accepted = None


class AddVersion(_Decided):
    """Another version of the document, to be put in force."""

    document: DocumentField


class RestoreVersion(_Decided):
    """What is decided about putting an earlier version in force again."""


class ChangeOfMethod(Output):
    """One thing that is different."""

    code: str = Field(examples=["parameter.added"])
    impact: str = Field(description="`words`, `compatible` or `breaking`.")
    where: str
    before: str | None
    after: str | None
    sentence: Words


class ChangedMethodOut(Output):
    """A method that the update changes."""

    method: DescribedMethod = Field(description="As it would be.")
    before: DescribedMethod
    impact: str = Field(description="`words`, `compatible` or `breaking`.")
    changes: list[ChangeOfMethod] = Field(description="The worst first.")
    omitted: int = Field(description="Changes beyond those that are listed.")
    granted: bool
    held: bool = Field(description="Whether it can't be called until it is accepted: it breaks, or does more (D26).")


class RemovedMethod(Output):
    """A method that would no longer be there."""

    method: DescribedMethod
    granted: bool = Field(description="Then it blocks the update unless that is confirmed (O9).")


class MovedMethod(Output):
    """One that is called the same and does something else: for rights, one removed and one new."""

    before: DescribedMethod
    after: DescribedMethod


class UseOfMethods(Output):
    """Something that uses methods which the update takes away or changes."""

    kind: UserKind
    id: str
    state: UserState
    label: str
    owner_name: str
    link: str
    lost: list[str] = Field(description="The methods that it would call in vain: they go, or are called otherwise.")
    changed: list[str] = Field(description="The methods that it uses and that change their meaning or arguments.")
    version: int | None = Field(
        description="Where it is an earlier version of a process, which runs still go by (`state` is `running`)."
    )
    in_force: bool = Field(description="Whether it blocks the update where it loses a method (O9).")


class Update(Output):
    """What another version of the document would change, joined with the grants."""

    based_on: int
    digest: str
    title: str
    api_version: str
    specification: str
    operations: int
    understood: int
    skipped: list[Remark]
    warnings: list[Remark]
    added: list[DescribedMethod] = Field(description="Granted to nobody.")
    removed: list[RemovedMethod]
    changed: list[ChangedMethodOut]
    moved: list[MovedMethod]
    general: list[ChangeOfMethod] = Field(description="Of the document as a whole.")
    same: int = Field(description="How many methods are not changed at all.")
    uses: list[UseOfMethods] = Field(
        description="What uses methods that go or change: processes, drafts and earlier versions included."
    )
    hidden_uses: dict[str, int] = Field(description="How many more there are, by their owner's name.")
    needs_confirmation: list[str] = Field(
        description="Methods that would go and are granted, or used by something in force."
    )
    to_accept: list[str] = Field(description="Granted methods that can't be called until they are accepted.")
    needs_responsibilities: list[str] = Field(
        description="Of these, the ones that only read before: accepting them takes the responsibilities anew (O3)."
    )


@routes.post(
    "/api/integrations/{integration}/updates",
    "update_preview",
    needs(Scope.MANAGE_CONNECTIONS),
    summary="Compare another version of the document",
)
async def preview_update(integration: str, body: PreviewUpdate, hub: Hub, caller: Asking) -> Update:
    """What it would change, for whom it breaks, and which granted methods are touched. Nothing is stored (O9)."""
    document = None if body.document is None else body.document.encode()
    plan = await hub.integrations.preview_update(caller, integration, document=document, number=body.number)
    return _show(plan)


@routes.post(
    "/api/integrations/{integration}/versions",
    "version_add",
    needs(Scope.MANAGE_CONNECTIONS),
    status_code=201,
    summary="Put another version of the document in force",
)
async def add_version(
    *, integration: str, body: AddVersion, hub: Hub, caller: Asking, expected: Expected, tag: Tagging
) -> Integration:
    """New methods are granted to nobody; granted ones that are gone block it unless that is confirmed (O9)."""
    view = await hub.integrations.update_document(
        caller, integration, _decision(body), document=body.document.encode(), expected_version=expected
    )
    return show_integration(tag, view)


@routes.get(
    "/api/integrations/{integration}/versions",
    "version_list",
    needs(Scope.READ),
    summary="List the versions of the document",
)
async def list_versions(integration: str, hub: Hub, caller: Asking, paging: PageAsked) -> PageOf[Document]:
    """Newest first."""
    page, names = await hub.integrations.list_documents(caller, integration, paging.wanted)
    return paging.answer(page, lambda one: show_document(one, names))


@routes.get(
    "/api/integrations/{integration}/versions/{number}",
    "version_get",
    needs(Scope.READ),
    summary="Get a version of the document",
)
async def get_version(integration: str, number: _Number, hub: Hub, caller: Asking) -> DocumentText:
    """Its text as it was given, and what was not understood of it."""
    text, report = await hub.integrations.get_document(caller, integration, number)
    return DocumentText(
        number=number,
        document=text.decode("utf-8", "replace"),
        skipped=show_remarks(report["skipped"]),
        warnings=show_remarks(report["warnings"]),
    )


@routes.post(
    "/api/integrations/{integration}/versions/{number}/restore",
    "version_restore",
    needs(Scope.MANAGE_CONNECTIONS),
    status_code=201,
    summary="Put an earlier version in force again",
)
async def restore_version(
    *,
    integration: str,
    number: _Number,
    body: RestoreVersion,
    hub: Hub,
    caller: Asking,
    expected: Expected,
    tag: Tagging,
) -> Integration:
    """As a new version, by the same rules as any other update."""
    view = await hub.integrations.update_document(
        caller, integration, _decision(body), number=number, expected_version=expected
    )
    return show_integration(tag, view)


def _decision(body: _Decided) -> UpdateDecision:
    return UpdateDecision(
        based_on=body.based_on,
        accept=frozenset(body.accept),
        confirm_removed=body.confirm_removed,
        accepted_responsibilities=body.accept_responsibilities,
    )


def _show(plan: UpdatePlan) -> Update:
    reading = plan.reading
    to_accept = [one.after.name for one in plan.changed if one.is_held and one.grant is not None]
    return Update(
        based_on=plan.based_on,
        digest=reading.digest,
        title=reading.title,
        api_version=reading.api_version,
        specification=reading.specification,
        operations=reading.report["operations"],
        understood=reading.report["understood"],
        skipped=show_remarks(reading.report["skipped"]),
        warnings=show_remarks(reading.report["warnings"]),
        added=[show_described(one) for one in plan.added],
        removed=[
            RemovedMethod(method=show_described(one), granted=one.name in plan.removed_grants) for one in plan.removed
        ],
        changed=[_show_changed(one) for one in plan.changed],
        moved=[MovedMethod(before=show_described(before), after=show_described(after)) for before, after in plan.moved],
        general=[_show_change(one) for one in plan.general],
        same=plan.same,
        uses=[_show_use(one, plan) for one in plan.used.visible],
        hidden_uses=dict(plan.used.hidden),
        needs_confirmation=plan.to_confirm,
        to_accept=to_accept,
        needs_responsibilities=[one for one in plan.raised if one in to_accept],
    )


def _show_use(found: Use, plan: UpdatePlan) -> UseOfMethods:
    methods = plan.touched.intersection(found.methods)
    return UseOfMethods(
        kind=found.kind,
        id=found.id,
        state=found.state,
        label=found.label,
        owner_name=plan.used.owners[found.owner_id],
        link=found.link,
        lost=sorted(methods & plan.lost),
        changed=sorted(methods - plan.lost),
        version=int(found.part) if found.state is UserState.RUNNING else None,
        in_force=found.is_in_force,
    )


def _show_changed(found: ChangedMethod) -> ChangedMethodOut:
    return ChangedMethodOut(
        method=show_described(found.after),
        before=show_described(found.before),
        impact=found.impact,
        changes=[_show_change(one) for one in found.changes],
        omitted=found.omitted,
        granted=found.grant is not None,
        held=found.is_held,
    )


def _show_change(found: Any) -> ChangeOfMethod:
    return ChangeOfMethod(
        code=found.code,
        impact=found.impact.value,
        where=found.where,
        before=found.before,
        after=found.after,
        sentence=found.sentence,
    )
