"""A mailbox on a real Dovecot and a real SMTP server: from sending to deleting."""

import base64
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from catalog.mail.conftest import MailConnection
from jackfield.catalog.mail import MailConnector
from jackfield.connectors import Effect, Repeat
from jackfield.errors import (
    InvalidError,
    LimitedError,
    OutcomeUnknownError,
    RemoteRejectedError,
    RemoteThrottledError,
    RemoteUnavailableError,
)
from servers.dovecot import Dovecot
from servers.smtp import SmtpServer

CONTENT = bytes(range(256)) * 500


def attachment(name: str, data: bytes, media_type: str = "application/pdf") -> dict[str, Any]:
    return {"name": name, "media_type": media_type, "base64": base64.b64encode(data).decode()}


def unique(text: str) -> str:
    """A subject that no other test has."""
    return f"{text} {secrets.token_hex(6)}"


async def find(mailbox: MailConnection, subject: str, folder: str = "INBOX") -> list[Any]:
    found = await mailbox.call("search", folder=folder, subject=subject.rpartition(" ")[2])
    return found.messages


@pytest.mark.parametrize("tls", ["start", "upgrade"])
async def test_a_mail_is_sent_found_fetched_moved_marked_and_deleted(
    mailbox: MailConnection, imap_server: Dovecot, smtp_server: SmtpServer, tls: str
) -> None:
    if tls == "upgrade":
        mailbox = mailbox.but(
            imap_tls="upgrade", smtp_tls="upgrade", imap_port=imap_server.imap_port, smtp_port=smtp_server.smtp_port
        )
    subject = unique("Änderung der Öffnungszeiten für Straßburg 日本語")

    sent = await mailbox.call(
        "send",
        to=["Anna Groß <anna@example.com>"],
        cc=["copy@example.com"],
        bcc=["hidden@example.com"],
        subject=subject,
        text="Schöne Grüße\n.\n..Punkt\n",
        html="<p>Schöne Grüße</p>",
        attachments=[
            attachment("Rechnung März ½ 2026.pdf", CONTENT),
            attachment("mail.eml", b"Subject: x\r\n\r\ny", "message/rfc822"),
        ],
        reply_to=["reply@example.com"],
        in_reply_to="<before@example.com>",
    )
    assert sent.refused == []
    assert sent.accepted == ["anna@example.com", "copy@example.com", "hidden@example.com"]
    assert "1234ABCD" in sent.response

    found = await mailbox.call("search", subject=subject, sender="office@example.com", seen=False)
    assert (found.found, found.next, len(found.messages)) == (1, None, 1)
    envelope = found.messages[0]
    assert (envelope.message_id, envelope.subject) == (sent.message_id, subject)
    assert (envelope.sender.name, envelope.sender.address) == ("Büro Müller", "office@example.com")
    assert [person.address for person in envelope.to] == ["anna@example.com"]
    assert abs(envelope.received - datetime.now(UTC)) < timedelta(hours=1)

    message = await mailbox.call("fetch", uid=envelope.uid, uid_validity=found.uid_validity)
    assert message.text == "Schöne Grüße\n.\n..Punkt\n"
    assert message.html.strip() == "<p>Schöne Grüße</p>"
    assert [(file.name, file.media_type, file.file.data) for file in message.attachments] == [
        ("Rechnung März ½ 2026.pdf", "application/pdf", CONTENT),
        ("mail.eml", "application/octet-stream", b"Subject: x\r\n\r\ny"),
    ]
    assert (message.in_reply_to, message.reply_to[0].address) == ("<before@example.com>", "reply@example.com")
    assert message.bcc == []
    assert "hidden@" not in "".join(header.value for header in message.headers)
    assert message.flags == []

    moved = await mailbox.call("move", uids=[envelope.uid], to="Entwürfe & mehr")
    assert (moved.moved, len(moved.uids)) == ([envelope.uid], 1)
    assert await find(mailbox, subject) == []
    uid = moved.uids[0]

    await mailbox.call("flag", folder="Entwürfe & mehr", uids=[uid], add=["seen", "flagged"])
    await mailbox.call("flag", folder="Entwürfe & mehr", uids=[uid], remove=["seen"])
    assert (await find(mailbox, subject, "Entwürfe & mehr"))[0].flags == ["flagged"]

    deleted = await mailbox.call("delete", folder="Entwürfe & mehr", uids=[uid])
    assert (deleted.deleted, deleted.trash) == ([uid], "Trash")
    (in_trash,) = await find(mailbox, subject, "Trash")
    gone = await mailbox.call("delete", folder="Trash", uids=[in_trash.uid], how="expunge")
    assert (gone.deleted, gone.trash) == ([in_trash.uid], "")
    assert await find(mailbox, subject, "Trash") == []


async def test_the_test_signs_in_on_both_sides(mailbox: MailConnection, imap_server: Dovecot) -> None:
    identity = await mailbox.test()

    assert identity.account == imap_server.user
    assert "Dovecot" in identity.system
    assert "mail.example.com" in identity.system


async def test_the_folders_say_what_they_are_for(mailbox: MailConnection, imap_server: Dovecot) -> None:
    imap_server.deliver(b"Subject: one\r\n\r\none")

    plain = (await mailbox.call("list_folders")).folders
    counted = (await mailbox.call("list_folders", counts=True)).folders

    uses = {folder.name: folder.use for folder in plain}
    assert plain[0].name == "INBOX"
    assert (uses["Trash"], uses["Sent"], uses["Entwürfe & mehr"]) == ("trash", "sent", "drafts")
    assert plain[0].messages is None
    assert counted[0].messages >= 1


async def test_a_search_is_newest_first_and_is_continued(mailbox: MailConnection, imap_server: Dovecot) -> None:
    mark = secrets.token_hex(6)
    for number in range(5):
        imap_server.deliver(f"Subject: n{number} {mark}\r\n\r\nbody".encode())
        # Dovecot numbers what it finds at once by name; one by one it is the order of arrival.
        await mailbox.call("search", subject=mark, max=1)

    first = await mailbox.call("search", subject=mark, max=2)
    second = await mailbox.call("search", subject=mark, max=2, before_uid=first.next)
    third = await mailbox.call("search", subject=mark, max=2, before_uid=second.next)
    newer = await mailbox.call("search", subject=mark, after_uid=first.messages[0].uid)

    subjects = [message.subject[:2] for page in (first, second, third) for message in page.messages]
    assert subjects == ["n4", "n3", "n2", "n1", "n0"]
    assert (first.found, third.next) == (5, None)
    assert newer.messages == []


async def test_a_search_for_the_oldest_first_is_continued_towards_the_newest(
    mailbox: MailConnection, imap_server: Dovecot
) -> None:
    mark = secrets.token_hex(6)
    for number in range(3):
        imap_server.deliver(f"Subject: n{number} {mark}\r\n\r\nbody".encode())
        await mailbox.call("search", subject=mark, max=1)

    first = await mailbox.call("search", subject=mark, max=2, first="oldest")
    second = await mailbox.call("search", subject=mark, max=2, first="oldest", after_uid=first.next)

    subjects = [message.subject[:2] for page in (first, second) for message in page.messages]
    assert subjects == ["n0", "n1", "n2"]
    assert (first.found, second.found, second.next) == (3, 1, None)


async def test_every_criterion_narrows_the_search(mailbox: MailConnection, imap_server: Dovecot) -> None:
    mark = secrets.token_hex(6)
    imap_server.deliver(
        f"From: Zoë <zoe@example.org>\r\nTo: team@example.com\r\nCc: boss@example.com\r\nX-Ticket: T-{mark}\r\n"
        f"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= {mark}\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f'Content-Transfer-Encoding: 8bit\r\n\r\nein "Käse" {mark}\r\n'.encode()
    )
    today = datetime.now(UTC).date()

    async def count(**more: Any) -> int:
        return int((await mailbox.call("search", **{"text": mark, **more})).found)

    assert await count() == 1
    for right, wrong in (
        ({"sender": "zoe@"}, {"sender": "anna@"}),
        ({"to": "team@"}, {"to": "boss@"}),
        ({"cc": "boss@"}, {"cc": "team@"}),
        ({"subject": "Grüße"}, {"subject": "Gruesse"}),
        ({"text": 'ein "Käse"'}, {"text": 'kein \\ "Käse"'}),
        ({"seen": False}, {"seen": True}),
        ({"flagged": False}, {"flagged": True}),
        ({"answered": False}, {"answered": True}),
        ({"headers": [{"name": "X-Ticket", "value": f"T-{mark}"}]}, {"headers": [{"name": "X-Ticket", "value": "U-"}]}),
        ({"since": str(today - timedelta(days=1))}, {"since": str(today + timedelta(days=2))}),
        ({"before": str(today + timedelta(days=2))}, {"before": str(today - timedelta(days=1))}),
    ):
        assert await count(**{"subject": mark, **right}) == 1, right
        assert await count(**{"subject": mark, **wrong}) == 0, wrong


async def test_fetching_marks_as_seen_only_when_asked_for(mailbox: MailConnection, imap_server: Dovecot) -> None:
    subject = unique("seen")
    imap_server.deliver(f"Subject: {subject}\r\n\r\nx".encode())
    (envelope,) = await find(mailbox, subject)

    await mailbox.call("fetch", uid=envelope.uid)
    (still,) = await find(mailbox, subject)
    await mailbox.call("fetch", uid=envelope.uid, peek=False)
    (seen,) = await find(mailbox, subject)

    assert (still.flags, seen.flags) == ([], ["seen"])


async def test_deleting_one_message_for_good_leaves_others_that_are_marked_as_deleted(
    mailbox: MailConnection, imap_server: Dovecot
) -> None:
    subject = unique("two")
    for _ in range(2):
        imap_server.deliver(f"Subject: {subject}\r\n\r\nx".encode())
    first, second = await find(mailbox, subject)
    await mailbox.call("flag", uids=[first.uid], add=["deleted"])

    await mailbox.call("delete", uids=[second.uid], how="expunge")

    (left,) = await find(mailbox, subject)
    assert (left.uid, left.flags) == (first.uid, ["deleted"])


async def test_a_message_larger_than_allowed_is_refused_before_it_is_read(
    mailbox: MailConnection, imap_server: Dovecot
) -> None:
    subject = unique("large")
    imap_server.deliver(f"Subject: {subject}\r\n\r\n".encode() + b"x" * 5000 + b"\r\n")
    (envelope,) = await find(mailbox, subject)

    with pytest.raises(LimitedError) as refused:
        await mailbox.call("fetch", uid=envelope.uid, max_bytes=4000)

    assert (refused.value.code, refused.value.data["field"]) == ("message.too_large", "arguments.max_bytes")


async def test_attachments_may_be_left_out(mailbox: MailConnection) -> None:
    subject = unique("without")
    await mailbox.call("send", to=["anna@example.com"], subject=subject, attachments=[attachment("a.pdf", b"123")])
    (envelope,) = await find(mailbox, subject)

    message = await mailbox.call("fetch", uid=envelope.uid, attachments=False)

    assert [(one.name, one.size, one.file) for one in message.attachments] == [("a.pdf", 3, None)]


async def test_a_trash_that_is_not_there_is_named_as_the_trash(mailbox: MailConnection) -> None:
    subject = unique("Trash")
    await mailbox.call("send", to=["anna@example.com"], subject=subject)
    (envelope,) = await find(mailbox, subject)

    with pytest.raises(InvalidError) as refused:
        await mailbox.call("delete", uids=[envelope.uid], trash="Nöwhere")

    assert refused.value.data["field"] == "arguments.trash"
    assert await find(mailbox, subject) == [envelope]


async def test_nothing_comes_after_the_last_possible_uid(mailbox: MailConnection) -> None:
    await mailbox.call("send", to=["anna@example.com"], subject=unique("Last"))

    found = await mailbox.call("search", after_uid=0xFFFFFFFF)

    assert (found.found, found.messages) == (0, [])


@pytest.mark.parametrize(
    ("action", "arguments", "field"),
    [
        ("search", {"folder": "Näme"}, "arguments.folder"),
        ("fetch", {"folder": "None", "uid": 1}, "arguments.folder"),
        ("flag", {"folder": "None", "uids": [1], "add": ["seen"]}, "arguments.folder"),
        ("fetch", {"uid": 4_000_000_000}, "arguments.uid"),
        ("fetch", {"uid": 1, "uid_validity": 1}, "arguments.uid_validity"),
        ("move", {"uids": [3_999_999_999, 4_000_000_000], "to": "Trash"}, "arguments.uids"),
        ("delete", {"uids": [4_000_000_000], "trash": "None"}, "arguments.uids"),
        ("flag", {"uids": [1]}, "arguments"),
        ("search", {"folder": 'a" NOOP\r\nx'}, "arguments.folder"),
        ("search", {"subject": "a\r\nb LOGOUT"}, "arguments.subject"),
        ("search", {"headers": [{"name": "a b"}]}, "arguments.headers.0.name"),
        ("fetch", {"uid": "1:*"}, "arguments.uid"),
        ("send", {"to": []}, "arguments"),
        ("send", {"to": ["a@example.com\r\nBcc: b@example.com"]}, "arguments.to.0"),
        ("send", {"to": ["a@example.com, b@example.com"]}, "arguments.to.0"),
        ("send", {"to": ["a b@example.com"]}, "arguments.to.0"),
        ("send", {"to": ["a@b> SIZE=1"]}, "arguments.to.0"),
        ("send", {"to": ["a@example.com"], "subject": "x\nBcc: b@example.com"}, "arguments.subject"),
        ("send", {"to": ["a@example.com"], "in_reply_to": "<a@b>\r\nX: y"}, "arguments.in_reply_to"),
        ("send", {"to": ["a@example.com"], "reply_to": ["x\r@example.com"]}, "arguments.reply_to.0"),
        ("send", {"to": ["a@b.c"], "attachments": [attachment("a\r\nb", b"")]}, "arguments.attachments.0.name"),
        (
            "send",
            {"to": ["a@b.c"], "attachments": [attachment("a", b"", "x\r\ny")]},
            "arguments.attachments.0.media_type",
        ),
    ],
)
async def test_what_can_not_be_done_says_where_the_mistake_is(
    mailbox: MailConnection, smtp_server: SmtpServer, action: str, arguments: dict[str, Any], field: str
) -> None:
    before = smtp_server.taken()

    with pytest.raises(InvalidError) as refused:
        await mailbox.call(action, **arguments)

    assert refused.value.data["field"] == field
    if action == "send":
        assert smtp_server.taken() == before


async def test_moving_into_a_folder_that_is_not_there_creates_it_only_when_asked_for(
    mailbox: MailConnection, imap_server: Dovecot
) -> None:
    subject = unique("new folder")
    imap_server.deliver(f"Subject: {subject}\r\n\r\nx".encode())
    (envelope,) = await find(mailbox, subject)
    target = f'Ablage {secrets.token_hex(4)} \\ "ü"'

    with pytest.raises(InvalidError) as refused:
        await mailbox.call("move", uids=[envelope.uid], to=target)
    await mailbox.call("move", uids=[envelope.uid], to=target, create_folder=True)

    assert (refused.value.code, refused.value.data["field"]) == ("folder.not_found", "arguments.to")
    assert len(await find(mailbox, subject, target)) == 1
    assert target in [folder.name for folder in (await mailbox.call("list_folders")).folders]


async def test_some_refused_recipients_are_reported_and_the_others_get_the_mail(
    mailbox: MailConnection, smtp_server: SmtpServer
) -> None:
    subject = unique("partly")

    sent = await mailbox.call(
        "send", to=["anna@example.com", "nobody@example.com"], cc=["busy@example.com"], subject=subject
    )

    assert sent.accepted == ["anna@example.com"]
    assert [(one.address, one.status) for one in sent.refused] == [
        ("nobody@example.com", 550),
        ("busy@example.com", 451),
    ]
    assert "nobody of that name" in sent.refused[0].reason
    assert len(await find(mailbox, subject)) == 1


async def test_nobody_gets_it_when_one_is_refused_and_all_were_asked_for(
    mailbox: MailConnection, smtp_server: SmtpServer
) -> None:
    before = len(smtp_server.taken())

    with pytest.raises(RemoteRejectedError) as refused:
        await mailbox.call("send", to=["anna@example.com", "nobody@example.com"], all_or_nobody=True)

    assert refused.value.data["status"] == 550
    assert len(smtp_server.taken()) == before


@pytest.mark.parametrize(
    ("recipient", "kind", "status"),
    [
        ("nobody@example.com", RemoteRejectedError, 550),
        ("busy@example.com", RemoteUnavailableError, 451),
        ("slow@example.com", RemoteThrottledError, 450),
        ("full@example.com", RemoteRejectedError, 552),
    ],
)
async def test_a_refusal_is_final_or_passing_as_the_server_says(
    mailbox: MailConnection, recipient: str, kind: type[Exception], status: int
) -> None:
    with pytest.raises(kind) as refused:
        await mailbox.call("send", to=[recipient])

    assert refused.value.data["status"] == status  # pyright: ignore[reportAttributeAccessIssue]  # a HubError


@pytest.mark.requirement("D36")
async def test_a_connection_lost_after_the_mail_left_is_an_unknown_outcome_and_not_repeated(
    mailbox: MailConnection, smtp_server: SmtpServer
) -> None:
    before = len(smtp_server.taken())

    with pytest.raises(OutcomeUnknownError) as unknown:
        await mailbox.call("send", to=["lost@example.com"], subject=unique("lost"))

    assert "<" in unknown.value.message
    assert not unknown.value.retryable
    assert len(smtp_server.taken()) == before + 1


async def test_a_mail_too_large_for_us_or_for_the_server_is_not_begun(
    mailbox: MailConnection, smtp_server: SmtpServer
) -> None:
    before = len(smtp_server.taken())
    by_us = mailbox.connector

    for connector, size in ((by_us, 2_100_000), (MailConnector(), 2_500_000)):
        mailbox.connector = connector
        with pytest.raises(LimitedError) as refused:
            await mailbox.call("send", to=["a@example.com"], attachments=[attachment("a", b"x" * size)])
        assert refused.value.code == "mail.too_large"

    assert len(smtp_server.taken()) == before


def test_it_is_offered_with_a_form_weights_and_an_icon() -> None:
    connector = MailConnector()

    assert set(connector.actions) == {"list_folders", "search", "fetch", "move", "flag", "delete", "send"}
    send, delete = connector.actions["send"].weight, connector.actions["delete"].weight
    assert (send.effect, send.repeat, delete.effect) == (Effect.SENDS_OUT, Repeat.ONCE, Effect.DESTRUCTIVE)
    fetch = connector.actions["fetch"]
    weights = [fetch.weight_of(fetch.arguments.model_validate({"uid": 1, "peek": peek})) for peek in (True, False)]
    assert [weight.effect for weight in weights] == [Effect.READ, Effect.WRITE]
    for fields in (connector.details, connector.schemes[0].credentials):
        assert all(field.get("title") for field in fields.model_json_schema()["properties"].values())
    icon = Path(__file__).parents[3] / "src" / "jackfield" / "catalog" / "mail" / "mail.svg"
    assert icon.read_text().startswith("<svg")
