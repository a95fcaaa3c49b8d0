"""Connections in answers: what a person may see of them, and no place for a secret."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from jackfield.api.bodies import Output
from jackfield.api.languages import Account, Words
from jackfield.api.paging import PageOf, Tagging
from jackfield.connections import (
    MOST_COUNTED,
    Checked,
    ConnectionAct,
    ConnectionRow,
    ConnectionState,
    ConnectionView,
    Pickable,
    SecretStatus,
    Use,
    UserKind,
    UserState,
    UsesView,
)
from jackfield.connections import ConnectionDetails as FoundDetails
from jackfield.connections import Named as FoundNamed
from jackfield.connections import ViewedAs as FoundViewedAs
from jackfield.errors import JsonValue


class Named(Output):
    """Somebody or something by id and present name."""

    id: str
    name: str


class ConnectionInList(Output):
    """A connection, without its general details."""

    id: str
    name: str
    connector: str
    business_unit: Named
    state: ConnectionState
    reason: Words = Field(description="Why it isn't connected; empty when it is.")
    reason_code: str = Field(
        description="The code of the error behind that reason, as problems have it; empty for other reasons.",
        examples=["egress.target_refused"],
    )
    creator: Named
    created_at: datetime
    modified_at: datetime
    last_used_at: datetime | None
    shared_with: list[Named] = Field(description="Its admins.")
    is_narrowed: bool = Field(description="Whether authorized persons are named (C8).")
    uses: dict[UserKind, int] = Field(description="How many things use it, drafts included.")
    version: int


class ViewedAs(Output):
    """Through whose eyes it was looked at."""

    person: Named
    left_out: int = Field(
        description="What that person sees and the caller may not: how many connections (1001 stands for more than "
        "1000), and for one connection 1 if its details."
    )


class Total(Output):
    """How many there are."""

    count: int = Field(description="At most 1000.")
    is_more: bool = Field(description="Whether there are more than that.")


class ConnectionList(PageOf[ConnectionInList]):
    """Some of a list of connections."""

    total: Total | None = Field(default=None, description="On all pages; null unless it was asked for.")
    viewed_as: ViewedAs | None = Field(default=None, description="Null in one's own list.")


class SecretField(Output):
    """All that can ever be known of a credential field (C2)."""

    field: str
    is_set: bool
    set_at: datetime | None
    set_by: str | None
    set_by_name: str | None
    fingerprint: str | None = Field(description="Equal for equal values of this field; tells nothing else.")


class RemoteAccount(Output):
    """Which account the other side takes us for."""

    account: Account
    system: str
    notes: dict[str, Any]


class ConnectionDetails(Output):
    """What only those may read who may read its details."""

    details: dict[str, Any]
    scheme: str
    origin: str = Field(description="Where its credentials may be sent, and nowhere else.")
    remote: RemoteAccount | None
    secrets: list[SecretField]
    authorized_people: list[Named]
    authorized_groups: list[Named]
    ever_connected: bool
    can_roll_back_until: datetime | None


class Connection(ConnectionInList):
    """A connection as the caller may see it."""

    details: ConnectionDetails | None = Field(description="Null to whom may see it and not read its details (C7).")
    may: list[ConnectionAct] = Field(description="What the caller, or the person viewed as, may do with it now.")
    viewed_as: ViewedAs | None = Field(default=None, description="Null where it is seen by the caller himself.")


class PickableConnection(Output):
    """A connection in a picker."""

    id: str
    name: str
    connector: str
    business_unit_id: str
    business_unit_name: str
    state: ConnectionState


class ConnectionUse(Output):
    """One thing that uses it."""

    kind: UserKind
    id: str
    part: str
    state: UserState
    label: str
    container: str = Field(description="The app or process it is in.")
    owner_id: str
    owner_name: str
    link: str
    blocks_deletion: bool
    methods: list[str] = Field(description="Of a custom integration: the methods that it uses.")


class ConnectionUses(Output):
    """Where it is used."""

    items: list[ConnectionUse]
    hidden: dict[str, int] = Field(description="How many more there are, by their owner's name.")
    total: int


class CheckAnswer(Output):
    """What the other side answered."""

    request: str = Field(examples=["GET /me"])
    status: int
    media_type: str
    text: str = Field(description="The beginning of it, where it is text; without the secrets that were sent.")
    is_whole: bool


class ConnectionCheck(Output):
    """How it went to sign in with what was given."""

    connected: bool
    account: Account = Field(description="Which account the other side takes us for.")
    system: str
    reach_only: bool = Field(
        description="Whether it was only tried that it answers: the sign-in was not needed for that."
    )
    answer: CheckAnswer | None
    reason: Words = Field(description="Why it isn't connected.")
    code: str
    field: str | None = Field(description="Which field to look at, where that is known.")
    status: int | None
    detail: str = Field(description="The beginning of what the other side said, where it refused.")
    duration_ms: int


def show_check(found: Checked) -> ConnectionCheck:
    """How a try went."""
    remote, error = found.remote, found.error
    data: Mapping[str, JsonValue] = error.data if error else {}
    answer = remote.answer if remote else None
    status, field, detail = data.get("status"), data.get("field"), data.get("detail")
    return ConnectionCheck(
        connected=remote is not None,
        account=remote.account if remote else "",
        system=remote.system if remote else "",
        reach_only=remote is not None and remote.notes.get("tested") == "reach",
        answer=None
        if answer is None
        else CheckAnswer(
            request=answer.request,
            status=answer.status,
            media_type=answer.media_type,
            text=answer.text,
            is_whole=answer.is_whole,
        ),
        reason=error.message if error else "",
        code=error.code if error else "",
        field=field if isinstance(field, str) else None,
        status=status if isinstance(status, int) else answer.status if answer else None,
        detail=detail if isinstance(detail, str) else "",
        duration_ms=round(found.seconds * 1000),
    )


def show_connection(tag: Tagging, view: ConnectionView, viewed_as: FoundViewedAs | None = None) -> Connection:
    """A connection in an answer, with its ETag."""
    tag.set(view.row.version)
    return Connection(
        **_row(view.row),
        details=None if view.details is None else _show_details(view.details),
        may=sorted(view.may),
        viewed_as=_show_viewed_as(viewed_as),
    )


def show_list(page: PageOf[ConnectionInList], total: int | None, viewed_as: FoundViewedAs | None) -> ConnectionList:
    """A page of connections, with what was asked besides."""
    return ConnectionList(
        items=page.items,
        next=page.next,
        total=None if total is None else Total(count=min(total, MOST_COUNTED), is_more=total > MOST_COUNTED),
        viewed_as=_show_viewed_as(viewed_as),
    )


def _show_viewed_as(found: FoundViewedAs | None) -> ViewedAs | None:
    return found and ViewedAs(person=show_named(found.person), left_out=found.left_out)


def show_in_list(row: ConnectionRow) -> ConnectionInList:
    """A connection in a list."""
    return ConnectionInList(**_row(row))


def show_named(one: FoundNamed) -> Named:
    """Somebody by id and name."""
    return Named(id=one.id, name=one.name)


def _row(row: ConnectionRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "connector": row.connector,
        "business_unit": show_named(row.business_unit),
        "state": row.state,
        "reason": row.reason,
        "reason_code": row.reason_code,
        "creator": show_named(row.creator),
        "created_at": row.created_at,
        "modified_at": row.modified_at,
        "last_used_at": row.last_used_at,
        "shared_with": [show_named(one) for one in row.shared_with],
        "is_narrowed": row.is_narrowed,
        "uses": dict(row.uses),
        "version": row.version,
    }


def _show_details(details: FoundDetails) -> ConnectionDetails:
    remote = details.remote
    return ConnectionDetails(
        details=dict(details.details),
        scheme=details.scheme,
        origin=details.origin,
        remote=remote and RemoteAccount(account=remote.account, system=remote.system, notes=dict(remote.notes)),
        secrets=[_show_secret(one) for one in details.secrets],
        authorized_people=[show_named(one) for one in details.authorized_people],
        authorized_groups=[show_named(one) for one in details.authorized_groups],
        ever_connected=details.ever_connected,
        can_roll_back_until=details.can_roll_back_until,
    )


def _show_secret(status: SecretStatus) -> SecretField:
    return SecretField(
        field=status.field,
        is_set=status.is_set,
        set_at=status.set_at,
        set_by=status.set_by,
        set_by_name=status.set_by_name,
        fingerprint=status.fingerprint,
    )


def show_pickable(one: Pickable) -> PickableConnection:
    """A connection in a picker."""
    return PickableConnection(
        id=one.id,
        name=one.name,
        connector=one.connector,
        business_unit_id=one.business_unit.id,
        business_unit_name=one.business_unit.name,
        state=one.state,
    )


def show_uses(found: UsesView) -> ConnectionUses:
    """Where it is used."""
    items = [_show_use(one, found.owners[one.owner_id]) for one in found.visible]
    return ConnectionUses(items=items, hidden=dict(found.hidden), total=found.total)


def _show_use(use: Use, owner_name: str) -> ConnectionUse:
    return ConnectionUse(
        kind=use.kind,
        id=use.id,
        part=use.part,
        state=use.state,
        label=use.label,
        container=use.container,
        owner_id=use.owner_id,
        owner_name=owner_name,
        link=use.link,
        blocks_deletion=use.blocks_deletion,
        methods=list(use.methods),
    )
