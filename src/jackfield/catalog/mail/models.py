"""What a mailbox connection is filled in with, and what its actions take and answer."""

from datetime import date, datetime
from typing import Annotated, Final, Literal, Self

from pydantic import Field, JsonValue, model_validator

from jackfield.catalog.mail.addresses import Host, Line, MailAddress, MessageIds
from jackfield.connectors import BYTES, Arguments, Credentials, Details, FileValue, Result, SecretText

MESSAGE_BYTES: Final = 10 << 20
"""The largest message that is fetched or sent, unless the installation says otherwise."""

Tls = Literal["start", "upgrade", "none"]
_TLS = (
    "start: encrypted from the beginning. upgrade: STARTTLS, refused if the server doesn't offer it. "
    "none: not encrypted; passwords and mails can be read on the way."
)
_TLS_NAMES: Final[dict[str, JsonValue]] = {"enumNames": ["From the start", "STARTTLS", "None"]}


class MailDetails(Details):
    """A mailbox: where mails are read (IMAP), where they are sent (SMTP), or both."""

    imap_host: Host = Field(
        "", title="IMAP server", description="Where mails are read; empty for a connection that only sends."
    )
    imap_tls: Tls = Field("start", title="IMAP encryption", description=_TLS, json_schema_extra=_TLS_NAMES)
    imap_port: int | None = Field(
        None, ge=1, le=65535, title="IMAP port", description="Empty: 993, or 143 with upgrade or none."
    )
    smtp_host: Host = Field(
        "", title="SMTP server", description="Where mails are sent; empty for a connection that only reads."
    )
    smtp_tls: Tls = Field("start", title="SMTP encryption", description=_TLS, json_schema_extra=_TLS_NAMES)
    smtp_port: int | None = Field(
        None, ge=1, le=65535, title="SMTP port", description="Empty: 465, or 587 with upgrade, 25 with none."
    )
    sender: MailAddress | None = Field(
        None,
        title="Sender",
        description="The address that mails are sent from, as in Support <support@example.com>; needed for sending.",
    )
    ca_pem: str | None = Field(
        None,
        max_length=200_000,
        title="Trusted certificates",
        description="In PEM, instead of those that the system trusts; for servers with a certificate of their own.",
        json_schema_extra={"multiline": True},
    )

    @model_validator(mode="after")
    def _has_a_side(self) -> Self:
        if not self.imap_host and not self.smtp_host:
            raise ValueError("needs an IMAP server (imap_host), an SMTP server (smtp_host), or both")
        if self.smtp_host and not self.sender:
            raise ValueError("needs the sender's address (sender) to send with the SMTP server")
        return self

    @property
    def imap_address(self) -> tuple[str, int]:
        """Host and port."""
        return self.imap_host, self.imap_port or (993 if self.imap_tls == "start" else 143)

    @property
    def smtp_address(self) -> tuple[str, int]:
        """Host and port."""
        return self.smtp_host, self.smtp_port or {"start": 465, "upgrade": 587, "none": 25}[self.smtp_tls]

    @property
    def imap_origin(self) -> str:
        """`imaps://host:port`; `imap+starttls` and `imap` for the other ways of encryption."""
        return _origin("imap", self.imap_tls, self.imap_address)

    @property
    def smtp_origin(self) -> str:
        """`smtps://host:port`; `smtp+starttls` and `smtp` for the other ways of encryption."""
        return _origin("smtp", self.smtp_tls, self.smtp_address)


def _origin(protocol: str, tls: Tls, address: tuple[str, int]) -> str:
    scheme = {"start": f"{protocol}s", "upgrade": f"{protocol}+starttls", "none": protocol}[tls]
    host, port = address
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


class PasswordCredentials(Credentials):
    """A user and a password, for both servers unless the SMTP server has its own."""

    user: Line = Field(min_length=1, max_length=320, title="User")
    password: SecretText = Field(title="Password")
    smtp_user: Line | None = Field(
        None, min_length=1, max_length=320, title="SMTP user", description="Only if it differs from the user."
    )
    smtp_password: SecretText | None = Field(
        None, title="SMTP password", description="Only if it differs from the password."
    )


FolderName = Annotated[Line, Field(min_length=1, max_length=1000)]
MAX_UID: Final = 0xFFFFFFFF
Uid = Annotated[int, Field(ge=1, le=MAX_UID)]
Uids = Annotated[list[Uid], Field(min_length=1, max_length=500)]
UidValidity = Annotated[
    int | None,
    Field(
        ge=1,
        title="UID validity",
        description="As answered before; if the server has numbered the folder anew since, nothing is done.",
    ),
]
Flag = Literal["seen", "answered", "flagged", "deleted", "draft"]


class Person(Result):
    """An address in a header."""

    name: str
    address: str


class Header(Result):
    """One header line, decoded."""

    name: str
    value: str


class Envelope(Result):
    """What one sees of a message in a list."""

    uid: int
    message_id: str
    subject: str
    sender: Person | None
    to: list[Person]
    cc: list[Person]
    sent: datetime | None
    """By its Date header."""
    received: datetime | None
    """By the server."""
    size: int
    """In bytes."""
    flags: list[str]
    """`seen`, `answered`, `flagged`, `deleted`, `draft`, and the folder's own words."""


class ListFoldersArguments(Arguments):
    """Which folders."""

    counts: bool = Field(
        default=False, title="With counts", description="How many messages each has; asks the server for each folder."
    )


class Folder(Result):
    """A folder of the mailbox."""

    name: str
    delimiter: str
    """What separates the levels in names."""
    use: str
    """What the server says it is for (RFC 6154): `trash`, `sent`, `drafts`, `junk`, `archive`, `all`, or empty."""
    selectable: bool
    """Whether it can hold messages."""
    messages: int | None = None
    unseen: int | None = None


class Folders(Result):
    """The folders of the mailbox."""

    folders: list[Folder]


class HeaderCriterion(Arguments):
    """A header that must contain a text."""

    name: Annotated[str, Field(pattern=r"^[!-9;-~]{1,100}$")] = Field(title="Header")
    value: Line = Field("", max_length=500, title="Contains", description="Empty: it must be there.")


class SearchArguments(Arguments):
    """What to look for; all that is given must hold."""

    folder: FolderName = Field("INBOX", title="Folder")
    sender: Line = Field("", max_length=500, title="From contains")
    to: Line = Field("", max_length=500, title="To contains")
    cc: Line = Field("", max_length=500, title="Cc contains")
    subject: Line = Field("", max_length=500, title="Subject contains")
    text: Line = Field("", max_length=500, title="Text contains", description="Anywhere in headers or body.")
    since: date | None = Field(None, title="Received since", description="Including that day.")
    before: date | None = Field(None, title="Received before", description="Without that day.")
    seen: bool | None = Field(None, title="Seen")
    flagged: bool | None = Field(None, title="Flagged")
    answered: bool | None = Field(None, title="Answered")
    headers: list[HeaderCriterion] = Field(default_factory=list[HeaderCriterion], max_length=10, title="Headers")
    after_uid: int | None = Field(
        None,
        ge=0,
        le=MAX_UID,
        title="After UID",
        description="Only messages that came after this one; `next` of a search for the oldest, to continue it.",
    )
    before_uid: int | None = Field(
        None,
        ge=1,
        le=MAX_UID + 1,
        title="Before UID",
        description="Only messages that came before this one; `next` of a search for the newest, to continue it.",
    )
    first: Literal["newest", "oldest"] = Field(
        "newest", title="First", description="Which come first, the newest or the oldest."
    )
    max: int = Field(50, ge=1, le=200, title="At most")


class SearchResult(Result):
    """The messages found, in the order that was asked for."""

    folder: str
    uid_validity: int
    uid_next: int | None = None
    """The least UID that a message can have which arrives after the search began; none where the server doesn't say."""
    found: int
    """How many there are in all, these and those that follow."""
    messages: list[Envelope]
    next: int | None = None
    """To be given as `before_uid`, or as `after_uid` with the oldest first, to continue; none when this was all."""


class ArrivalsArguments(Arguments):
    """Where mails arrive."""

    folder: FolderName = Field("INBOX", title="Folder")


class FetchArguments(Arguments):
    """Which message."""

    folder: FolderName = Field("INBOX", title="Folder")
    uid: Uid = Field(title="UID")
    uid_validity: UidValidity = None
    peek: bool = Field(default=True, title="Leave it unseen", description="Don't mark the message as seen.")
    attachments: bool = Field(
        default=True, title="With attachments", description="Answer their content; else only names and sizes."
    )
    max_bytes: int = Field(
        MESSAGE_BYTES,
        ge=1,
        title="Largest size",
        description="A larger message is refused, not cut.",
        json_schema_extra=BYTES,
    )


class Attachment(Result):
    """A part of a message with a name or content of its own."""

    name: str
    media_type: str
    size: int
    content_id: str
    """As images in HTML refer to it; may be empty."""
    inline: bool
    """Meant to be shown in the text rather than beside it."""
    file: FileValue | None = None


class Message(Envelope):
    """A whole message."""

    folder: str
    uid_validity: int
    reply_to: list[Person]
    bcc: list[Person]
    in_reply_to: str
    references: str
    headers: list[Header]
    text: str
    html: str
    """As it came: not to be shown without cleaning."""
    attachments: list[Attachment]


class MoveArguments(Arguments):
    """Which messages, and where to."""

    folder: FolderName = Field("INBOX", title="From folder")
    uids: Uids = Field(title="UIDs")
    to: FolderName = Field(title="To folder")
    create_folder: bool = Field(default=False, title="Create the folder", description="If it isn't there.")
    uid_validity: UidValidity = None


class MoveResult(Result):
    """Where they are now."""

    folder: str
    moved: list[int]
    """The UIDs that they had."""
    uids: list[int]
    """The UIDs that they have there, in the same order; empty where the server doesn't say."""
    uid_validity: int | None = None
    """Of the folder they are in now."""


class FlagArguments(Arguments):
    """Which messages, and how to mark them."""

    folder: FolderName = Field("INBOX", title="Folder")
    uids: Uids = Field(title="UIDs")
    add: list[Flag] = Field(default_factory=list[Flag], max_length=5, title="Set")
    remove: list[Flag] = Field(default_factory=list[Flag], max_length=5, title="Take away")
    uid_validity: UidValidity = None

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        if not self.add and not self.remove:
            raise ValueError("needs a flag to set (add) or to take away (remove)")
        if both := set(self.add) & set(self.remove):
            raise ValueError(f"can't both set and take away {', '.join(sorted(both))}")
        return self


class FlagResult(Result):
    """The messages that carry, and don't carry, the flags now."""

    uids: list[int]


class DeleteArguments(Arguments):
    """Which messages, and for good or not."""

    folder: FolderName = Field("INBOX", title="Folder")
    uids: Uids = Field(title="UIDs")
    how: Literal["trash", "expunge"] = Field(
        "trash", title="How", description="Move them to the trash, or delete them for good."
    )
    trash: FolderName | None = Field(
        None, title="Trash folder", description="Empty: the one that the server says is the trash."
    )
    uid_validity: UidValidity = None


class DeleteResult(Result):
    """What is gone."""

    deleted: list[int]
    """The UIDs that they had."""
    trash: str = ""
    """Where they are now; empty when they are gone for good."""


class SendArguments(Arguments):
    """The mail to send."""

    to: list[MailAddress] = Field(default_factory=list[MailAddress], max_length=100, title="To")
    cc: list[MailAddress] = Field(default_factory=list[MailAddress], max_length=100, title="Cc")
    bcc: list[MailAddress] = Field(
        default_factory=list[MailAddress], max_length=100, title="Bcc", description="Named in no header."
    )
    subject: Line = Field("", max_length=900, title="Subject")
    text: str = Field("", max_length=5_000_000, title="Text", json_schema_extra={"multiline": True})
    html: str = Field(
        "",
        max_length=5_000_000,
        title="HTML",
        description="Shown instead of the text by programs that can.",
        json_schema_extra={"multiline": True},
    )
    attachments: list[FileValue] = Field(default_factory=list[FileValue], max_length=50, title="Attachments")
    reply_to: list[MailAddress] = Field(default_factory=list[MailAddress], max_length=10, title="Reply to")
    in_reply_to: MessageIds = Field(
        "",
        title="In reply to",
        description="The message id of the mail that this one answers, as in <abc@example.com>.",
    )
    all_or_nobody: bool = Field(
        default=False, title="All or nobody", description="Send nothing if the server refuses one of the recipients."
    )

    @model_validator(mode="after")
    def _has_a_recipient(self) -> Self:
        if not (self.to or self.cc or self.bcc):
            raise ValueError("needs at least one recipient in to, cc or bcc")
        return self


class Refused(Result):
    """A recipient that the server would not take."""

    address: str
    status: int
    reason: str


class SendResult(Result):
    """The server has taken the mail for the accepted recipients; whether it arrives is another question."""

    message_id: str
    accepted: list[str]
    refused: list[Refused]
    response: str
    """What the server said, often with the id that its log has."""
