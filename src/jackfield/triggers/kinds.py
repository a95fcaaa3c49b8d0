"""The kinds of triggers, and what is filled in for each: typed declarations that give their forms and read them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from jackfield.connectors import BYTES, SECONDS, Filled
from jackfield.triggers.schedules import CatchUp, check_cron, check_zone
from jackfield.triggers.signatures import Encoding

MIB: Final = 1 << 20
MOST_ATTACHED: Final = 10 * MIB
"""The largest mail, or file, that an event carries along."""

_HEADER: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")


def _only_with(**values: Sequence[str]) -> dict[str, Any]:
    """For forms: the field has a meaning only while others have one of these values."""
    return {"only_with": {name: list(some) for name, some in values.items()}}


class TriggerKind(StrEnum):
    """What starts a run."""

    WEBHOOK = "webhook"
    """Another system sends a request."""
    SCHEDULE = "schedule"
    """The time comes."""
    MAIL = "mail"
    """A mail arrives."""
    FILE = "file"
    """A file arrives."""


def _check_header(name: str) -> str:
    if name and not _HEADER.fullmatch(name):
        raise ValueError("must be the name of a header, as in X-Signature")
    return name


def _check_line(text: str) -> str:
    if any(ord(char) < 32 or ord(char) == 127 for char in text):
        raise ValueError("must be one line, without control characters")
    return text


def _check_folder(path: str) -> str:
    parts = path.strip("/").split("/")
    if any(part in {".", ".."} for part in parts) or "\\" in path:
        raise ValueError("must be a path from the connection's folder, without . and ..")
    return "/".join(part for part in parts if part)


HeaderName = Annotated[str, Field(max_length=100), AfterValidator(_check_header)]
Line = Annotated[str, Field(max_length=500), AfterValidator(_check_line)]
FolderPath = Annotated[str, Field(max_length=1000), AfterValidator(_check_line), AfterValidator(_check_folder)]
Period = Annotated[
    int,
    Field(ge=10, le=86_400, title="Look every", json_schema_extra=SECONDS),
]


class Declaration(Filled):
    """What is filled in for a trigger."""


class Webhook(Declaration):
    """How a request is known to be genuine, what identifies it, and how it is answered."""

    verify: Literal["standard", "hmac", "none"] = Field(
        "standard",
        title="Signature",
        description="standard: Standard Webhooks. hmac: an HMAC-SHA256 over the body. none: whoever knows the address "
        "may start runs.",
    )
    header: HeaderName = Field(
        "X-Hub-Signature-256",
        title="Signature header",
        description="With hmac: where the signature stands.",
        json_schema_extra=_only_with(verify=["hmac"]),
    )
    prefix: Line = Field(
        "sha256=",
        title="Signature prefix",
        description="With hmac: what stands before it.",
        json_schema_extra=_only_with(verify=["hmac"]),
    )
    encoding: Encoding = Field(
        Encoding.HEX,
        title="Signature encoding",
        description="With hmac.",
        json_schema_extra=_only_with(verify=["hmac"]),
    )
    id_header: HeaderName = Field(
        "",
        title="Id header",
        description="With hmac or none: where the sender's id of the event stands, as in X-GitHub-Delivery.",
        json_schema_extra=_only_with(verify=["hmac", "none"]),
    )
    timestamp_header: HeaderName = Field(
        "",
        title="Timestamp header",
        description="With hmac or none: where the sender says when it was sent, in seconds since 1970.",
        json_schema_extra=_only_with(verify=["hmac", "none"]),
    )
    passes: Literal["event", "body"] = Field(
        "event",
        title="Input of the run",
        description="event: the request with its headers. body: the JSON body alone, as a form or a definition wants it.",
    )
    respond: Literal["accepted", "result"] = Field(
        "accepted",
        title="Answer",
        description="accepted: at once. result: what the run ends with, if it ends in time.",
    )
    respond_seconds: int = Field(
        10,
        ge=1,
        le=30,
        title="Wait for the result",
        description="Then it is answered as accepted.",
        json_schema_extra=SECONDS | _only_with(respond=["result"]),
    )


class Schedule(Declaration):
    """When it is due, and what becomes of times when nobody looked."""

    cron: Annotated[str, Field(max_length=200), AfterValidator(check_cron)] = Field(
        title="Schedule",
        description="Minute, hour, day of the month, month, day of the week; 0 8 * * 1-5 is at eight on working days.",
        examples=["0 8 * * 1-5"],
    )
    zone: Annotated[str, Field(max_length=100), AfterValidator(check_zone)] = Field(
        "UTC", title="Time zone", description="Of the IANA database, as in Europe/Berlin.", examples=["Europe/Berlin"]
    )
    catch_up: CatchUp = Field(
        CatchUp.ONCE,
        title="Missed times",
        description="skip: nothing. once: one run for all of them. each: a run for each of the latest.",
    )
    most: int = Field(
        10,
        ge=1,
        le=100,
        title="At most",
        description="With each: for how many missed times.",
        json_schema_extra=_only_with(catch_up=["each"]),
    )
    input: dict[str, Any] = Field(
        default_factory=dict[str, Any], title="Input of the run", description="Handed to every run, beside the time."
    )


class Mail(Declaration):
    """Which mails start a run, and what becomes of them."""

    folder: Annotated[Line, Field(min_length=1)] = Field("INBOX", title="Folder")
    sender: Line = Field("", title="From contains")
    subject: Line = Field("", title="Subject contains")
    has_attachments: bool | None = Field(None, title="Has attachments", description="Empty: either way.")
    existing: bool = Field(
        default=False, title="Also those that are there", description="Else only mails that arrive from now on."
    )
    attachments: bool = Field(
        default=True, title="With attachments", description="Hand their content to the run; else names and sizes."
    )
    most_bytes: int = Field(
        2 * MIB,
        ge=1024,
        le=MOST_ATTACHED,
        title="Largest mail",
        description="Of a larger one the run gets a reference and the reason.",
        json_schema_extra=BYTES,
    )
    listen: bool = Field(
        default=True,
        title="Hear at once",
        description="From mail servers that tell when a mail arrives (IMAP IDLE), by a connection that stays open.",
    )
    every_seconds: Period = 60
    afterwards: Literal["nothing", "seen", "move", "delete"] = Field(
        "nothing",
        title="Afterwards",
        description="What becomes of the mail once its run is started: nothing, mark it as seen, move it, or move it to "
        "the trash.",
    )
    move_to: Line = Field(
        "", title="Move to", description="With move: the folder.", json_schema_extra=_only_with(afterwards=["move"])
    )

    @model_validator(mode="after")
    def _says_where_to(self) -> Self:
        if self.afterwards == "move" and not self.move_to:
            raise ValueError("needs the folder to move mails to (move_to)")
        if self.afterwards == "move" and self.move_to == self.folder:
            raise ValueError("must move mails to another folder than the one it looks at (move_to)")
        return self


class File(Declaration):
    """Which files start a run, and what becomes of them."""

    folder: FolderPath = Field("", title="Folder", description="From the connection's folder; empty is that folder.")
    pattern: Annotated[Line, Field(max_length=200)] = Field(
        "", title="Name pattern", description="As in *.pdf; empty is all."
    )
    depth: int = Field(1, ge=1, le=10, title="Depth", description="1 looks at the folder only, 2 at its folders, too.")
    existing: bool = Field(
        default=False,
        title="Also those that are there",
        description="Else only files that arrive or change from now on.",
    )
    content: bool = Field(default=True, title="With content", description="Hand it to the run; else name and size.")
    most_bytes: int = Field(
        2 * MIB,
        ge=1024,
        le=MOST_ATTACHED,
        title="Largest file",
        description="Of a larger one the run gets a reference and the reason.",
        json_schema_extra=BYTES,
    )
    every_seconds: Period = 60
    afterwards: Literal["nothing", "move", "delete"] = Field(
        "nothing", title="Afterwards", description="What becomes of the file once its run is started."
    )
    move_to: FolderPath = Field(
        "",
        title="Move to",
        description="With move: a folder, from the connection's folder; it must be outside of those it looks at.",
        json_schema_extra=_only_with(afterwards=["move"]),
    )

    @model_validator(mode="after")
    def _says_where_to(self) -> Self:
        if self.afterwards == "move" and not self.move_to:
            raise ValueError("needs the folder to move files to (move_to)")
        if self.afterwards == "move" and self._looks_at(self.move_to):
            raise ValueError("must move files to a folder that it doesn't look at (move_to)")
        return self

    def _looks_at(self, folder: str) -> bool:
        mine = [part for part in self.folder.split("/") if part]
        other = [part for part in folder.split("/") if part]
        return other[: len(mine)] == mine and len(other) - len(mine) < self.depth


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of trigger."""

    key: TriggerKind
    title: str
    description: str
    settings: type[Declaration]
    connectors: tuple[str, ...] = ()
    """Of which its connection must be; empty: it has none."""


KINDS: Final[dict[TriggerKind, Kind]] = {
    one.key: one
    for one in (
        Kind(TriggerKind.WEBHOOK, "Webhook", "Another system sends a request to an address of its own.", Webhook),
        Kind(TriggerKind.SCHEDULE, "Schedule", "At the times of a schedule, in a time zone.", Schedule),
        Kind(TriggerKind.MAIL, "Mail arrives", "A mail arrives in a folder of a mailbox.", Mail, ("mail",)),
        Kind(TriggerKind.FILE, "File arrives", "A file arrives in a folder, or changes.", File, ("folder", "sftp")),
    )
}
