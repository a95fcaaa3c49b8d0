"""A mailbox: reading by IMAP (RFC 3501) and hearing of new mails (RFC 2177), sending by SMTP."""

from collections.abc import Callable
from typing import Any, TypeVar

from jackfield.catalog.mail.composing import bare, compose, recipients
from jackfield.catalog.mail.idling import idle
from jackfield.catalog.mail.mailbox import Mailbox, with_mailbox
from jackfield.catalog.mail.models import (
    MESSAGE_BYTES,
    ArrivalsArguments,
    DeleteArguments,
    DeleteResult,
    FetchArguments,
    FlagArguments,
    FlagResult,
    Folder,
    Folders,
    ListFoldersArguments,
    MailDetails,
    Message,
    MoveArguments,
    MoveResult,
    PasswordCredentials,
    SearchArguments,
    SearchResult,
    SendArguments,
    SendResult,
)
from jackfield.catalog.mail.reading import fetch_items, read_envelope, read_message, size_of, uid_of
from jackfield.catalog.mail.searching import criteria
from jackfield.catalog.mail.sending import greeting, send_mail, smtp_session
from jackfield.connectors import (
    Connector,
    Effect,
    RemoteIdentity,
    Repeat,
    Scheme,
    Tell,
    TlsOptions,
    Use,
    Weight,
    action,
    watch,
)
from jackfield.errors import InvalidError, LimitedError, RemoteError

T = TypeVar("T")

MAX_COUNTED = 300
"""Folders whose messages are counted in one call."""

_ENVELOPE = "(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (DATE FROM TO CC SUBJECT MESSAGE-ID)])"
_USES = ("trash", "sent", "drafts", "junk", "archive", "all")


def weigh_fetch(arguments: FetchArguments) -> Weight:
    """Marking a message as seen changes it."""
    if arguments.peek:
        return Weight(Effect.READ, Repeat.READ)
    return Weight(Effect.WRITE, Repeat.REPEATABLE)


class MailConnector(Connector[MailDetails]):
    """One mailbox, for reading, sending, or both.

    Args:
        message_bytes: The largest message that is fetched or sent.
    """

    key = "mail"
    title = "E-mail"
    description = "Read a mailbox with IMAP and send mails with SMTP."
    details = MailDetails
    schemes = (Scheme("password", "User and password", PasswordCredentials),)

    def __init__(self, *, message_bytes: int = MESSAGE_BYTES) -> None:
        self.message_bytes = message_bytes

    def origin(self, details: MailDetails) -> str:
        """The origin of each server, as in `imaps://host:993 smtps://host:465`."""
        sides = ((details.imap_host, details.imap_origin), (details.smtp_host, details.smtp_origin))
        return " ".join(origin for host, origin in sides if host)

    def tls(self, details: MailDetails) -> TlsOptions:
        """The connection's own certificates, or the system's."""
        return TlsOptions(ca_pem=details.ca_pem)

    async def test(self, use: Use[MailDetails]) -> RemoteIdentity:
        """Sign in on each side that there is; errors say which one failed.

        Raises:
            RemoteSignInError: One of them doesn't accept the credentials.
            RemoteUnavailableError: One of them can't be reached.
        """
        details, credentials = use.details, use.credentials
        assert isinstance(credentials, PasswordCredentials)
        systems: list[str] = []
        if details.imap_host:
            systems.append(await with_mailbox(use, lambda box: box.greeting, message_bytes=0))
        if details.smtp_host:
            try:
                async with smtp_session(use) as client:
                    systems.append(greeting(client))
            except RemoteError as error:
                if details.imap_host:
                    raise type(error)(
                        f"reading (IMAP) works, sending (SMTP) does not: {error.message}", code=error.code, **error.data
                    ) from None
                raise
        return RemoteIdentity(
            account=credentials.user if details.imap_host else credentials.smtp_user or credentials.user,
            system=" / ".join(systems),
            notes={"sender": details.sender, "sender_user": credentials.smtp_user} if details.smtp_host else {},
        )

    @action(title="List folders", effect=Effect.READ, repeat=Repeat.READ)
    async def list_folders(self, use: Use[Any], arguments: ListFoldersArguments) -> Folders:
        """List the folders of the mailbox, and what they are for."""
        return await self._in_mailbox(use, lambda box: _folders(box, counts=arguments.counts))

    @action(title="Search messages", effect=Effect.READ, repeat=Repeat.READ)
    async def search(self, use: Use[Any], arguments: SearchArguments) -> SearchResult:
        """Find messages in a folder, the newest first or the oldest; nothing is marked as seen."""
        return await self._in_mailbox(use, lambda box: _search(box, arguments))

    @action(title="Fetch a message", effect=Effect.WRITE, repeat=Repeat.REPEATABLE, weigh=weigh_fetch)
    async def fetch(self, use: Use[Any], arguments: FetchArguments) -> Message:
        """Fetch a whole message with its headers, texts and attachments."""
        limit = min(arguments.max_bytes, self.message_bytes)
        return await self._in_mailbox(use, lambda box: _fetch(box, arguments, limit))

    @action(title="Move messages", effect=Effect.WRITE, repeat=Repeat.ONCE)
    async def move(self, use: Use[Any], arguments: MoveArguments) -> MoveResult:
        """Move messages to another folder."""
        return await self._in_mailbox(use, lambda box: _move(box, arguments))

    @action(title="Mark messages", effect=Effect.WRITE, repeat=Repeat.REPEATABLE)
    async def flag(self, use: Use[Any], arguments: FlagArguments) -> FlagResult:
        """Mark messages as seen, answered, flagged, deleted or draft, or take such marks away."""
        return await self._in_mailbox(use, lambda box: _flag(box, arguments))

    @action(title="Delete messages", effect=Effect.DESTRUCTIVE, repeat=Repeat.ONCE)
    async def delete(self, use: Use[Any], arguments: DeleteArguments) -> DeleteResult:
        """Move messages to the trash, or delete them for good."""
        return await self._in_mailbox(use, lambda box: _delete(box, arguments))

    @action(title="Send a mail", effect=Effect.SENDS_OUT, repeat=Repeat.ONCE)
    async def send(self, use: Use[Any], arguments: SendArguments) -> SendResult:
        """Send a mail with texts and attachments, from the connection's sender address."""
        details: MailDetails = use.details
        if not details.smtp_host or not details.sender:
            raise InvalidError(
                "this connection only reads: it has no SMTP server", code="mail.no_smtp", field="details.smtp_host"
            )
        size = sum(len(file.base64) for file in arguments.attachments) + len(arguments.text) + len(arguments.html)
        if size > self.message_bytes * 4 // 3:
            raise LimitedError(
                f"the mail is larger than the {self.message_bytes:,} bytes that may be sent",
                code="mail.too_large",
                limit=self.message_bytes,
                field="arguments.attachments",
            )
        message = compose(arguments, details.sender)
        return await send_mail(
            use, message, bare(details.sender), recipients(arguments), all_or_nobody=arguments.all_or_nobody
        )

    @watch
    async def arrivals(self, use: Use[Any], arguments: ArrivalsArguments, tell: Tell) -> None:
        """Hear at once when mails arrive in a folder, from servers that tell (IMAP IDLE)."""
        await idle(use, arguments.folder, tell)

    async def _in_mailbox(self, use: Use[MailDetails], work: Callable[[Mailbox], T]) -> T:
        return await with_mailbox(use, work, message_bytes=self.message_bytes)


def _folders(box: Mailbox, *, counts: bool) -> Folders:
    found: list[Folder] = []
    for name, delimiter, attributes in box.folders():
        marks = {one.lower().lstrip("\\") for one in attributes}
        selectable = not marks & {"noselect", "nonexistent"}
        counted = box.counts(name) if counts and selectable and len(found) < MAX_COUNTED else {}
        found.append(
            Folder(
                name=name,
                delimiter=delimiter,
                use=next((use for use in _USES if use in marks), ""),
                selectable=selectable,
                messages=counted.get("MESSAGES"),
                unseen=counted.get("UNSEEN"),
            )
        )
    return Folders(folders=sorted(found, key=lambda folder: (folder.name.upper() != "INBOX", folder.name)))


def _search(box: Mailbox, arguments: SearchArguments) -> SearchResult:
    validity = box.enter(arguments.folder, read_only=True)
    uid_next = box.uid_next()
    keys, charset = criteria(arguments)
    after, before = arguments.after_uid or 0, arguments.before_uid or (1 << 32)
    is_newest_first = arguments.first == "newest"
    # `n:*` always has the newest message, also when its UID is lower than n (RFC 3501 §6.4.8).
    uids = sorted((uid for uid in box.search(keys, charset) if after < uid < before), reverse=is_newest_first)
    wanted = uids[: arguments.max]
    messages = []
    if wanted:
        items = fetch_items(box.fetch(",".join(map(str, wanted)), _ENVELOPE))
        messages = sorted(map(read_envelope, items), key=lambda message: message.uid, reverse=is_newest_first)
    return SearchResult(
        folder=arguments.folder,
        uid_validity=validity,
        uid_next=uid_next,
        found=len(uids),
        messages=messages,
        next=wanted[-1] if len(uids) > len(wanted) else None,
    )


def _fetch(box: Mailbox, arguments: FetchArguments, limit: int) -> Message:
    validity = box.enter(arguments.folder, read_only=arguments.peek, uid_validity=arguments.uid_validity)
    uid = box.require([arguments.uid], field="arguments.uid")
    size = max(
        (size_of(one[0] if isinstance(one, tuple) else one or b"") for one in box.fetch(uid, "(RFC822.SIZE)")),
        default=0,
    )
    if size > limit:
        raise LimitedError(
            f"the message has {size:,} bytes, more than the {limit:,} that may be fetched",
            code="message.too_large",
            limit=limit,
            field="arguments.max_bytes",
        )
    body = "BODY.PEEK[]" if arguments.peek else "BODY[]"
    items = fetch_items(box.fetch(uid, f"(UID FLAGS INTERNALDATE RFC822.SIZE {body})"))
    found = next((item for item in items if uid_of(item[0]) == arguments.uid), None)
    if found is None:
        raise InvalidError("the message was taken away meanwhile", code="message.not_found", field="arguments.uid")
    return read_message(found, folder=arguments.folder, uid_validity=validity, attachments=arguments.attachments)


def _move(box: Mailbox, arguments: MoveArguments) -> MoveResult:
    if arguments.create_folder:
        box.create(arguments.to)
    box.enter(arguments.folder, read_only=False, uid_validity=arguments.uid_validity)
    validity, copied = box.move(box.require(arguments.uids), arguments.to)
    moved = list(dict.fromkeys(arguments.uids))
    return MoveResult(
        folder=arguments.to,
        moved=moved,
        uids=[copied[uid] for uid in moved] if set(moved) <= copied.keys() else [],
        uid_validity=validity,
    )


def _flag(box: Mailbox, arguments: FlagArguments) -> FlagResult:
    box.enter(arguments.folder, read_only=False, uid_validity=arguments.uid_validity)
    uids = box.require(arguments.uids)
    for flags, add in ((arguments.add, True), (arguments.remove, False)):
        if flags:
            box.store(uids, " ".join(f"\\{flag.capitalize()}" for flag in flags), add=add)
    return FlagResult(uids=list(dict.fromkeys(arguments.uids)))


def _delete(box: Mailbox, arguments: DeleteArguments) -> DeleteResult:
    trash = "" if arguments.how == "expunge" else arguments.trash or _trash(box)
    box.enter(arguments.folder, read_only=False, uid_validity=arguments.uid_validity)
    uids = box.require(arguments.uids)
    if trash:
        box.move(uids, trash, field="arguments.trash")
    else:
        box.expunge(uids)
    return DeleteResult(deleted=list(dict.fromkeys(arguments.uids)), trash=trash)


def _trash(box: Mailbox) -> str:
    folders = box.folders()
    for name, _, attributes in folders:
        if "\\trash" in {one.lower() for one in attributes}:
            return name
    for name, delimiter, _ in folders:
        if name.rpartition(delimiter or "/")[2].lower() in {"trash", "papierkorb", "deleted items", "deleted messages"}:
            return name
    raise InvalidError(
        "the server doesn't say which folder is the trash; name it in arguments.trash, or delete for good with expunge",
        code="trash.unknown",
        field="arguments.trash",
    )
