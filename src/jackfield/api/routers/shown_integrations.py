"""Custom integrations in answers: what a person may see of them, and no place for a secret."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import Field

from jackfield.api.bodies import Output
from jackfield.api.languages import Words
from jackfield.api.paging import PageOf, Tagging
from jackfield.api.routers.shown_connections import Named
from jackfield.connections import ConnectionState
from jackfield.connections import Named as FoundNamed
from jackfield.connectors import Effect, Repeat
from jackfield.integrations import Document as FoundDocument
from jackfield.integrations import (
    GrantLevel,
    GrantOutcome,
    IntegrationAct,
    IntegrationRow,
    IntegrationView,
    MethodUse,
    NamedGrant,
    Reading,
    suggest,
)
from jackfield.integrations import Method as FoundMethod
from jackfield.integrations import MethodRow as FoundMethodRow
from jackfield.kernel import PersonId


class Remark(Output):
    """Something to be told about a document."""

    operation: str | None = Field(description="`GET /path`, where it is about one.")
    pointer: str
    line: int | None
    column: int | None
    reason: Words


class DescribedMethod(Output):
    """One operation of a document."""

    name: str = Field(description="Distinct in the document and the same at every reading.")
    label: str = Field(examples=["GET /tickets/{id}"])
    verb: str
    path: str
    summary: str
    tags: list[str]
    deprecated: bool
    effect: Effect = Field(description="What it does to the other side (O6).")
    effect_reason: Words = Field(description="Why that is its effect.")
    repeat: Repeat = Field(description="Whether it may be done again when nobody knows if it was done.")
    suggested: Effect | None = Field(
        description="A lighter effect that the document's words suggest; a person decides."
    )
    suggested_reason: Words
    confirmation_suggested: bool = Field(description="Whether a grant asks for confirmation if it doesn't say.")


class ReadServer(Output):
    """A server that the document names; a suggestion."""

    url: str
    description: str
    endpoint: str | None = Field(description="Absolute, with the defaults of its variables.")
    reason: Words = Field(description="Why there is no endpoint.")


class ReadSignIn(Output):
    """A security scheme of the document; a suggestion."""

    key: str
    kind: str = Field(description="As the document has it.")
    description: str
    possible: bool
    scheme: str | None = Field(description="The way to sign in that fits it; null if none does yet.")
    credentials: dict[str, str] = Field(description="What is known of them, never a secret.")
    token_url: str | None = Field(description="Never used unless a person enters it (`details.token_url`).")
    reason: Words = Field(description="Why it isn't possible, or what to know.")
    operations: int = Field(description="How many operations ask for it.")


class ReadTag(Output):
    """A heading of the document."""

    name: str
    description: str


class DocumentReading(Output):
    """What a document offers."""

    digest: str
    title: str
    api_version: str
    specification: str = Field(examples=["3.1"])
    operations: int
    understood: int
    methods: list[DescribedMethod]
    skipped: list[Remark] = Field(description="The operations that could not be understood, and why.")
    warnings: list[Remark]
    servers: list[ReadServer]
    sign_in: list[ReadSignIn]
    open_operations: int = Field(description="How many operations ask for no credentials.")
    joined_operations: int = Field(description="How many ask for several credentials at once.")
    test_paths: list[str] = Field(description="What could be asked to test the connection.")
    tags: list[ReadTag]


class Document(Output):
    """One version of an integration's document."""

    number: int
    digest: str
    title: str
    api_version: str
    specification: str
    operations: int
    understood: int
    restored_from: int | None
    created_at: datetime
    created_by: str
    created_by_name: str | None


class DocumentText(Output):
    """One version with its text."""

    number: int
    document: str
    skipped: list[Remark]
    warnings: list[Remark]


class IntegrationInList(Output):
    """A custom integration."""

    id: str = Field(description="Its connection has the same.")
    title: str
    description: str
    business_unit: Named
    state: ConnectionState
    reason: Words = Field(description="Why it isn't connected; empty when it is, and for those who may only call.")
    api_title: str
    api_version: str
    specification: str
    document_number: int
    methods: int = Field(description="How many its document has; for those who may only call, how many they may.")
    granted: int = Field(description="How many of them are granted to anybody.")
    held: int = Field(description="How many of the granted ones wait to be accepted after an update.")
    mine: int = Field(description="How many the caller may call now.")
    created_at: datetime
    modified_at: datetime
    last_used_at: datetime | None
    may: list[IntegrationAct] = Field(description="What the caller may do with it now.")
    may_see_connection: bool = Field(description="Whether the caller may see it as a connection, too (C3).")
    version: int


class Acknowledgement(Output):
    """Who accepted the responsibilities last (O3)."""

    text_version: str
    person_id: str
    person_name: str
    at: datetime


class Integration(IntegrationInList):
    """A custom integration as the caller may see it."""

    access_groups: list[Named] | None = Field(description="Can't be changed (O1). Null to whom may only call methods.")
    acknowledged: Acknowledgement | None
    created_by: Named | None


class Grant(Output):
    """Who may call a method."""

    level: GrantLevel
    entries: list[Named]
    confirmation: bool
    held: Words = Field(description="Why it can't be called until it is accepted; empty when it can.")
    granted_at: datetime


class Method(DescribedMethod):
    """One method, as far as the caller may see it."""

    use: MethodUse = Field(description="Whether the caller may call it now.")
    grant: Grant | None = Field(description="Null where there is none, and to whom may only call.")


class Argument(Output):
    """One argument of a method."""

    name: str = Field(description="As in `arguments`.")
    place: str = Field(description="`path`, `query`, `header`, `cookie`, `querystring` or `body`.")
    required: bool
    deprecated: bool
    description: str


class Answer(Output):
    """An answer that the document announces."""

    status: str
    description: str
    media_types: list[str]


class MethodDetails(Method):
    """One method with all that a form for it needs."""

    description: str
    arguments: dict[str, Any] = Field(description="A JSON schema (2020-12) of the arguments of a call.")
    parameters: list[Argument]
    media_types: list[str] = Field(description="That the body can have; the first is chosen if none is named.")
    answers: list[Answer]


class Counts(Output):
    """How many methods there are of each kind, for filters."""

    tags: dict[str, int]
    verbs: dict[str, int]
    effects: dict[str, int]


class GrantsResult(Output):
    """What a change of grants did, or would do."""

    dry_run: bool
    methods: int = Field(description="How many methods the changes name.")
    added: list[str]
    changed: list[str]
    removed: list[str]
    writing: list[str] = Field(description="Newly granted, or accepted anew, and doing more than reading.")
    unconfirmed_writing: list[str] = Field(description="Granted here, doing more than reading, confirmed by nobody.")
    needs_responsibilities: bool = Field(description="Whether the responsibilities are to be accepted with it (O3).")
    version: int


class MatrixPerson(Output):
    """One person, and what he may call."""

    person: Named
    uses: list[MethodUse] = Field(description="In the order of `methods`.")


class Matrix(PageOf[MatrixPerson]):
    """People and the granted methods."""

    methods: list[DescribedMethod]


def show_named(found: FoundNamed) -> Named:
    """By id and name."""
    return Named(id=found.id, name=found.name)


def show_reading(found: Reading) -> DocumentReading:
    """What a document offers."""
    suggested = suggest(found.api)
    return DocumentReading(
        digest=found.digest,
        title=found.title,
        api_version=found.api_version,
        specification=found.specification,
        operations=found.report["operations"],
        understood=found.report["understood"],
        methods=[DescribedMethod(**_described(one)) for one in found.methods],
        skipped=show_remarks(found.report["skipped"]),
        warnings=show_remarks(found.report["warnings"]),
        servers=[
            ReadServer(url=one.url, description=one.description, endpoint=one.endpoint, reason=one.reason)
            for one in suggested.servers
        ],
        sign_in=[
            ReadSignIn(
                key=one.key,
                kind=one.kind,
                description=one.description,
                possible=one.scheme is not None,
                scheme=one.scheme,
                credentials=dict(one.credentials),
                token_url=one.token_url,
                reason=one.reason,
                operations=one.operations,
            )
            for one in suggested.sign_in
        ],
        open_operations=suggested.open_operations,
        joined_operations=suggested.joined_operations,
        test_paths=list(suggested.test_paths),
        tags=[ReadTag(name=one.name, description=one.description) for one in found.api.tags],
    )


def show_remarks(found: Sequence[Mapping[str, Any]]) -> list[Remark]:
    """Notes of a report."""
    return [Remark(**one) for one in found]


def show_in_list(found: IntegrationRow) -> IntegrationInList:
    """One of a list."""
    return IntegrationInList(**_shown(found))


def show_integration(tag: Tagging, found: IntegrationView) -> Integration:
    """One, with its ETag."""
    tag.set(found.row.integration.version)
    acknowledged = found.acknowledged
    may_read = found.access_groups is not None
    return Integration(
        **_shown(found.row),
        access_groups=None if found.access_groups is None else [show_named(one) for one in found.access_groups],
        acknowledged=None
        if acknowledged is None
        else Acknowledgement(
            text_version=acknowledged.text_version,
            person_id=acknowledged.person_id,
            person_name=found.acknowledged_by,
            at=acknowledged.at,
        ),
        created_by=show_named(found.created_by) if may_read else None,
    )


def _shown(found: IntegrationRow) -> dict[str, Any]:
    connection, document = found.connection, found.document
    # Who may only call sees what there is for him, and nothing of how it is run.
    may_see_all = IntegrationAct.READ in found.may or found.may_see_connection
    return {
        "id": connection.id,
        "title": connection.name,
        "description": found.integration.description,
        "business_unit": show_named(connection.business_unit),
        "state": connection.state,
        "reason": connection.reason if may_see_all else "",
        "api_title": document.title,
        "api_version": document.api_version,
        "specification": document.specification,
        "document_number": document.number,
        "methods": found.total if may_see_all else found.known,
        "granted": found.granted if may_see_all else found.known,
        "held": found.held if may_see_all else 0,
        "mine": found.mine,
        "created_at": connection.created_at,
        "modified_at": max(connection.modified_at, found.integration.modified_at),
        "last_used_at": connection.last_used_at if may_see_all else None,
        "may": sorted(found.may),
        "may_see_connection": found.may_see_connection,
        "version": found.integration.version,
    }


def show_method(found: FoundMethodRow) -> Method:
    """One of a list."""
    return Method(**method_fields(found))


def method_fields(found: FoundMethodRow) -> dict[str, Any]:
    """What a list shows of one, to which more can be added."""
    return {**_described(found.method), "use": found.use, "grant": show_grant(found.grant) if found.grant else None}


def show_described(found: FoundMethod) -> DescribedMethod:
    """Without anybody's rights."""
    return DescribedMethod(**_described(found))


def _described(found: FoundMethod) -> dict[str, Any]:
    return {
        "name": found.name,
        "label": found.label,
        "verb": found.verb,
        "path": found.path,
        "summary": found.summary,
        "tags": list(found.tags),
        "deprecated": found.is_deprecated,
        "effect": found.effect,
        "effect_reason": found.effect_reason,
        "repeat": found.repeat,
        "suggested": found.suggested,
        "suggested_reason": found.suggested_reason,
        "confirmation_suggested": found.is_writing,
    }


def show_grant(found: NamedGrant) -> Grant:
    """Who may call a method."""
    return Grant(
        level=found.grant.level,
        entries=[show_named(one) for one in found.entries],
        confirmation=found.grant.confirmation,
        held=found.grant.held,
        granted_at=found.grant.granted_at,
    )


def show_outcome(found: GrantOutcome, *, dry_run: bool) -> GrantsResult:
    """What a change of grants does."""
    return GrantsResult(
        dry_run=dry_run,
        methods=found.methods,
        added=list(found.added),
        changed=list(found.changed),
        removed=list(found.removed),
        writing=list(found.writing),
        unconfirmed_writing=list(found.unconfirmed_writing),
        needs_responsibilities=found.needs_acknowledgement,
        version=found.version,
    )


def show_document(found: FoundDocument, names: Mapping[PersonId, str]) -> Document:
    """One version."""
    return Document(
        number=found.number,
        digest=found.digest,
        title=found.title,
        api_version=found.api_version,
        specification=found.specification,
        operations=found.operations,
        understood=found.understood,
        restored_from=found.restored_from,
        created_at=found.created_at,
        created_by=found.created_by,
        created_by_name=names.get(found.created_by),
    )
