"""The use cases: telling people, in the transaction in which it happens, and showing them what they were told."""

from collections.abc import Iterable, Mapping

from jackfield.db import Database, Transaction
from jackfield.errors import JsonValue
from jackfield.kernel import Clock, NoticeId, ObjectRef, Page, PageRequest, PersonId, new_id
from jackfield.notices import store
from jackfield.notices.errors import NoticeNotFoundError
from jackfield.notices.models import Notice


class Notices:
    """The notices of one installation.

    Whose notices are asked for is whoever asks: the doors hand in the id of the person signed in, and no other.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def tell(  # noqa: PLR0917  # read as a sentence: tell whom what of what, once under a key
        self,
        tx: Transaction,
        people: Iterable[PersonId],
        kind: str,
        subject: ObjectRef,
        data: Mapping[str, JsonValue],
        key: str,
    ) -> None:
        """Tell each of the people once: who was told something under this key already is not told again.

        Args:
            tx: The transaction in which it happens; if that is undone, nobody has been told.
            people: Whom.
            kind: What it is about, as in `connection.unhealthy`.
            subject: What it happened to.
            data: What the words are filled with; never a secret.
            key: Says what is told, and when it is something new: `con_06f…:unhealthy:7`.
        """
        now = self._clock.now()
        new = [Notice(NoticeId(new_id("ntc")), person_id, kind, subject, data, now, None) for person_id in set(people)]
        store.insert_once(tx, new, key)

    async def list_for(
        self, person_id: PersonId, page: PageRequest | None = None, *, only_unread: bool = False
    ) -> Page[Notice]:
        """What the person was told, the newest first."""
        return await self._database.read(
            lambda tx: store.list_notices(tx, person_id, page or PageRequest(), only_unread=only_unread)
        )

    async def count_unread(self, person_id: PersonId) -> int:
        """How many notices the person has not read."""
        return await self._database.read(lambda tx: store.count_unread(tx, person_id))

    async def mark_read(self, person_id: PersonId, notice_id: NoticeId) -> Notice:
        """Mark one of the person's notices as read; the first time counts.

        Raises:
            NoticeNotFoundError: The person has no such notice.
        """

        def work(tx: Transaction) -> Notice | None:
            store.mark_read(tx, person_id, notice_id, self._clock.now())
            return store.find_notice(tx, person_id, notice_id)

        notice = await self._database.write(work)
        if notice is None:
            raise NoticeNotFoundError("there is no such notice", what="notice")
        return notice

    async def mark_all_read(self, person_id: PersonId) -> None:
        """Mark everything the person was told as read."""
        await self._database.write(lambda tx: store.mark_read(tx, person_id, None, self._clock.now()))
