"""What one was told."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import Field

from jackfield.api.access import needs
from jackfield.api.bodies import Flag, Output
from jackfield.api.desk import Asking, Hub
from jackfield.api.languages import say
from jackfield.api.paging import PageAsked, PageOf
from jackfield.api.routes import Routes
from jackfield.directory import Scope
from jackfield.kernel import NoticeId
from jackfield.notices import Notice as FoundNotice

routes = Routes("notices", "What one was told: shared connections, sign-ins that stopped working, what came back.")


class Subject(Output):
    """What it happened to."""

    kind: str
    id: str
    label: str


class Notice(Output):
    """Something one was told, once."""

    id: str
    kind: str = Field(description="What it is about, as in `connection.shared`.")
    subject: Subject
    data: dict[str, Any] = Field(description="What the words are filled with.")
    created_at: datetime
    read_at: datetime | None


@routes.get("/api/notices", "notice_list", needs(Scope.READ), summary="List one's notices")
async def list_notices(
    *,
    hub: Hub,
    caller: Asking,
    paging: PageAsked,
    only_unread: Annotated[Flag, Query(description="Leave out what was read.")] = False,
) -> PageOf[Notice]:
    """Newest first."""
    page = await hub.notices.list_for(caller.principal.person_id, paging.wanted, only_unread=only_unread)
    return paging.answer(page, _show)


@routes.post("/api/notices/{notice_id}/read", "notice_read", needs(Scope.READ), summary="Mark as read")
async def mark_read(notice_id: NoticeId, hub: Hub, caller: Asking) -> Notice:
    """The first time counts."""
    return _show(await hub.notices.mark_read(caller.principal.person_id, notice_id))


@routes.post("/api/notices/read-all", "notice_finish", needs(Scope.READ), status_code=204, summary="Mark all as read")
async def mark_all_read(hub: Hub, caller: Asking) -> None:
    """Everything one was told so far."""
    await hub.notices.mark_all_read(caller.principal.person_id)


def _show(notice: FoundNotice) -> Notice:
    subject = Subject(kind=notice.subject.kind, id=notice.subject.id, label=notice.subject.label)
    return Notice(
        id=notice.id,
        kind=notice.kind,
        subject=subject,
        data={
            name: say(value) if name in {"reason", "message"} and isinstance(value, str) else value
            for name, value in notice.data.items()
        },
        created_at=notice.created_at,
        read_at=notice.read_at,
    )
