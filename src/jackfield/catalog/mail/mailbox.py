"""What the actions need of a signed-in IMAP session."""

# imap-tools is typed in part only.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import imaplib
import re
import select
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import Any, Final, TypeVar

from imap_tools.errors import ImapToolsError, UnexpectedCommandStatusError
from imap_tools.utils import encode_folder

from jackfield.catalog.mail.imap import ImapMailBox, imap_session, lost, on_thread, said_in, trust
from jackfield.catalog.mail.models import MailDetails
from jackfield.catalog.mail.reading import printable, read_folder
from jackfield.connectors import Use
from jackfield.errors import (
    HubError,
    InvalidError,
    OutcomeUnknownError,
    RemoteRejectedError,
    RemoteThrottledError,
    RemoteUnavailableError,
)

T = TypeVar("T")

OVERHEAD_BYTES: Final = 16 << 20
"""What a server may say in one session beside one message: lists of folders, UIDs, headers."""
ANSWER_SECONDS: Final = 30
"""Until a server answers in a session that listens."""
_BAD: Final = re.compile(r"""BAD \[b(['"])(.*)\1\]\Z""", re.DOTALL)
"""How imaplib tells what a server said that doesn't understand."""


class Mailbox:
    """What the actions need of a signed-in session; every method blocks."""

    def __init__(self, box: ImapMailBox, details: MailDetails) -> None:
        self._box = box
        self._client: Any = box.client
        self.target = details.imap_origin
        # Servers offer more to those who have signed in, and imaplib asks only before.
        with self._asking("say what it can"):
            said = self._ok(self._client.capability())
        self._capabilities = frozenset((said[-1] or b"").decode(errors="replace").upper().split())

    @property
    def greeting(self) -> str:
        """How the server introduces itself: by the ID extension (RFC 2971), else its first line."""
        if self.can("ID"):
            with suppress(imaplib.IMAP4.error):
                imaplib.Commands.setdefault("ID", ("AUTH", "SELECTED"))
                self._client.xatom("ID", "NIL")
                answer = (self._client.response("ID")[1] or [None])[0]
                said = dict(re.findall(r'"([^"]*)" "([^"]*)"', (answer or b"").decode(errors="replace")))
                if name := said.get("name"):
                    return printable(f"{name} {said.get('version', '')}")[:100]
        return printable(self._client.welcome.decode(errors="replace").removeprefix("* OK"))[:100]

    def can(self, capability: str) -> bool:
        """Whether the server offers an extension."""
        return capability in self._capabilities

    def folders(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """Name, delimiter and attributes of every folder."""
        with self._asking("list the folders"):
            # Not imap-tools' own: it leaves back-slashes in names doubled.
            found = map(read_folder, self._ok(self._client.list('""', "*")))
            return [folder for folder in found if folder is not None]

    def counts(self, folder: str) -> dict[str, int]:
        """`MESSAGES` and `UNSEEN`."""
        with self._asking("count its messages", folder=folder):
            return self._box.folder.status(folder, ("MESSAGES", "UNSEEN"))

    def enter(self, folder: str, *, read_only: bool, uid_validity: int | None = None) -> int:
        """Select a folder; its UID validity.

        Raises:
            InvalidError: There is no such folder, or its messages were numbered anew.
        """
        with self._asking("open it", folder=folder):
            self._box.folder.set(folder, read_only)
        said = self._client.response("UIDVALIDITY")[1]
        validity = int(said[0]) if said and said[0] and said[0].isdigit() else 0
        if uid_validity is not None and uid_validity != validity:
            raise InvalidError(
                f"the folder {folder!r} was numbered anew (UID validity {validity}, not {uid_validity}): search again",
                code="folder.renumbered",
                field="arguments.uid_validity",
            )
        return validity

    def uid_next(self) -> int | None:
        """What the server said, when the folder was selected, that the next message's UID is at least."""
        said = self._client.response("UIDNEXT")[1]
        return int(said[0]) if said and said[0] and said[0].isdigit() else None

    def begin_idling(self) -> None:
        """Have the server tell what happens in the folder (RFC 2177); nothing else may be asked until `end_idling`."""
        # On a connection that stays open for hours, whoever doesn't answer by then is gone.
        self._client.sock.settimeout(ANSWER_SECONDS)
        with self._asking("tell what happens"):
            self._box.idle.start()

    def hears(self, seconds: float) -> bool:
        """Wait until the server says something, at most so long."""
        poller = select.poll()
        poller.register(self._client.sock, select.POLLIN)
        return bool(poller.poll(seconds * 1000))

    def end_idling(self) -> None:
        """Have the server take commands again."""
        with self._asking("take commands again"):
            self._box.idle.stop()

    def search(self, keys: bytes, charset: str | None) -> list[int]:
        """The UIDs of messages, in no order."""
        with self._asking("search"):
            return [int(uid) for uid in self._box.uids(keys, charset) if uid.isdigit()]

    def require(self, uids: list[int], *, field: str = "arguments.uids") -> str:
        """The UIDs as a set.

        Args:
            uids: What is wanted.
            field: Where it was named.

        Raises:
            InvalidError: One of them isn't in the folder.
        """
        wanted = ",".join(map(str, uids))
        missing = sorted(set(uids) - set(self.search(f"UID {wanted}".encode(), None)))
        if missing:
            raise InvalidError(
                f"the folder has no message with the UID {', '.join(map(str, missing[:10]))}",
                code="message.not_found",
                field=field,
            )
        return wanted

    def fetch(self, uids: str, parts: str) -> list[bytes | tuple[bytes, bytes] | None]:
        """The answer to FETCH, as `imaplib` gives it."""
        with self._asking("fetch messages"):
            return self._ok(self._client.uid("FETCH", uids, parts))

    def store(self, uids: str, flags: str, *, add: bool) -> None:
        """Set or take away flags; nothing is expunged by it."""
        with self._asking("mark messages"):
            self._ok(self._client.uid("STORE", uids, "+FLAGS.SILENT" if add else "-FLAGS.SILENT", f"({flags})"))

    def create(self, folder: str) -> None:
        """Make a folder; one that is there already is fine."""
        with self._asking("create it", folder=folder):
            if folder not in {name for name, _, _ in self.folders()}:
                self._box.folder.create(folder)

    def move(self, uids: str, folder: str, *, field: str = "arguments.to") -> tuple[int | None, dict[int, int]]:
        """Move messages; the UID validity there and the new UID of each, where the server says them.

        Raises:
            RemoteRejectedError: The server can neither move nor expunge single messages; nothing was done.
            OutcomeUnknownError: The connection was lost meanwhile.
        """
        name = encode_folder(folder)
        if not self.can("MOVE") and not self.can("UIDPLUS"):
            raise RemoteRejectedError(
                f"{self.target} can't move single messages (no MOVE, no UIDPLUS)", code="move.not_offered"
            )
        with self._asking("move messages there", folder=folder, field=field, decisive=True):
            if self.can("MOVE"):
                self._ok(self._client.uid("MOVE", uids, name))
            else:
                self._ok(self._client.uid("COPY", uids, name))
                self._expunge(uids)
        return self._copied()

    def expunge(self, uids: str) -> None:
        """Delete messages for good, and no others.

        Raises:
            RemoteRejectedError: The server can't expunge single messages; nothing was done.
        """
        if not self.can("UIDPLUS"):
            raise RemoteRejectedError(
                f"{self.target} can't delete single messages for good (no UIDPLUS); move them to the trash",
                code="expunge.not_offered",
            )
        with self._asking("delete messages", decisive=True):
            self._expunge(uids)

    def _expunge(self, uids: str) -> None:
        # UID EXPUNGE (RFC 4315): a plain EXPUNGE would take along what others have marked as deleted.
        self._ok(self._client.uid("STORE", uids, "+FLAGS.SILENT", "(\\Deleted)"))
        self._ok(self._client.uid("EXPUNGE", uids))

    def _copied(self) -> tuple[int | None, dict[int, int]]:
        said = self._client.response("COPYUID")[1]
        found = re.fullmatch(rb"(\d+) ([\d:,]+) ([\d:,]+)", said[0]) if said and said[0] else None
        if not found:
            return None, {}
        return int(found[1]), dict(zip(_numbers(found[2]), _numbers(found[3]), strict=False))

    def _ok(self, answer: tuple[str, list[Any]]) -> list[Any]:
        status, data = answer
        if status != "OK":
            raise UnexpectedCommandStatusError(command_result=answer, expected="OK")
        return data

    @contextmanager
    def _asking(
        self, what: str, *, folder: str | None = None, field: str = "arguments.folder", decisive: bool = False
    ) -> Generator[None]:
        """Errors of the server and the library in our words.

        Args:
            what: What was asked, for the sentence.
            folder: That it was about a folder, which may not be there.
            field: Where the folder was named.
            decisive: A lost connection leaves open whether it was done.
        """
        try:
            yield
        except UnexpectedCommandStatusError as error:
            raise self._refused(said_in(error.command_result[1]), what, folder, field) from None
        except (imaplib.IMAP4.abort, OSError) as error:
            if decisive:
                raise OutcomeUnknownError(
                    f"the connection to {self.target} was lost before it confirmed; look whether it was done",
                    target=self.target,
                ) from None
            raise lost(self.target, error) from None
        except (imaplib.IMAP4.error, ImapToolsError) as error:
            # BAD: it doesn't understand, or won't have a name like that.
            said = _BAD.search(str(error))
            raise self._refused(printable(said[2] if said else str(error))[:200], what, folder, field) from None

    def _refused(self, said: str, what: str, folder: str | None, field: str) -> HubError:
        if folder is not None and not re.search(r"\[(NOPERM|UNAVAILABLE|INUSE|LIMIT|OVERQUOTA|SERVERBUG)\]", said):
            return InvalidError(
                f"there is no folder {folder!r} in the mailbox, or it can't be used: {said}",
                code="folder.not_found",
                field=field,
            )
        kind = RemoteThrottledError if "[LIMIT]" in said or "[THROTTLED]" in said else RemoteRejectedError
        if "[UNAVAILABLE]" in said or "[INUSE]" in said:
            kind = RemoteUnavailableError
        return kind(f"{self.target} refuses to {what}: {said}", target=self.target, detail=said)


async def with_mailbox(use: Use[MailDetails], work: Callable[[Mailbox], T], *, message_bytes: int) -> T:
    """Sign in, do the work on a thread of its own, sign out.

    Args:
        use: The connection.
        work: What to do; it blocks.
        message_bytes: How large a message the work may read.

    Raises:
        InvalidError: The connection has no IMAP server, or its details can't be used.
        RemoteSignInError: It doesn't accept the credentials.
        RemoteUnavailableError: It can't be reached.
    """
    details = use.details
    if not details.imap_host:
        raise InvalidError(
            "this connection only sends: it has no IMAP server", code="mail.no_imap", field="details.imap_host"
        )
    context = trust(use) if details.imap_tls != "none" else None
    sock = await use.reach.connect(*details.imap_address)
    sock.settimeout(use.seconds)
    # Of the same connection; stays valid when the first becomes part of a TLS socket.
    knife = sock.dup()

    def session() -> T:
        with imap_session(use, sock, context, message_bytes + OVERHEAD_BYTES) as box:
            return work(Mailbox(box, details))

    try:
        return await on_thread(session, knife)
    finally:
        knife.close()


def _numbers(numbers: bytes) -> list[int]:
    found: list[int] = []
    for part in numbers.split(b","):
        first, _, last = part.partition(b":")
        low, high = sorted((int(first), int(last or first)))
        found += range(low, min(high, low + 10_000) + 1)
    return found
