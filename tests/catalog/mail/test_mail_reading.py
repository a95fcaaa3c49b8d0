"""Reading what senders write, who keep to no rule."""

import email
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jackfield.catalog.mail.addresses import read_address
from jackfield.catalog.mail.composing import compose
from jackfield.catalog.mail.models import Message, SendArguments
from jackfield.catalog.mail.reading import fetch_items, read_envelope, read_folder, read_message
from jackfield.connectors import FileValue, parse_fields
from jackfield.errors import RemoteRejectedError

ATTRIBUTES = b'1 (UID 7 FLAGS (\\Seen $Forwarded) INTERNALDATE "02-Mar-2026 08:09:10 +0100" RFC822.SIZE 99 BODY[] {9}'


def read(content: bytes, *, attachments: bool = True) -> Message:
    return read_message((ATTRIBUTES, content), folder="INBOX", uid_validity=1, attachments=attachments)


_PIECES = st.sampled_from(
    [
        b"Subject: ", b"From: ", b"Date: ", b"To: ", b"Content-Type: ", b"Content-Transfer-Encoding: ", b"\r\n", b"\r\n\r\n",
        b"multipart/mixed; boundary=b", b"--b", b"--b--", b"text/plain; charset=", b"text/html", b"message/rfc822", b"base64",
        b"quoted-printable", b"=?utf-8?b?", b"=?idna?q?x?=", b"=?undefined?b?eA==?=", b"undefined", b"utf-7", b"punycode",
        b"unicode_escape", b"raw_unicode_escape", rb"\ud800", b"+2AA-", b"charset*=us-ascii'en'utf-8", b"x-uuencode", b"begin 666 x", b"?=", b"=", b"\xff\xfe", b"\x00", b"\\", b'"', b"<", b">", b"@", b";",
        b"Content-Disposition: attachment; filename*=utf-8'en'%FF", b"filename*0*=x''%", b"name=", b"Content-ID: ", b"\xc3\xbc",
        b"Mon, 99 Foo 99999 25:61:61 +9999", b"(", b")", b",", b":", b"a",
    ]
)  # fmt: skip


@given(st.lists(st.one_of(_PIECES, st.binary(max_size=20)), max_size=40).map(b"".join))
@pytest.mark.requirement("D35")
def test_nothing_that_a_sender_writes_breaks_reading_or_writing_as_json(content: bytes) -> None:
    message = read(content)

    assert message.model_dump_json()
    assert all(value.value.isprintable() for value in message.headers)


@pytest.mark.requirement("D35")
@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("text/plain; charset=unicode_escape", rb"a\ud800b", "a\ufffdb"),
        ("text/plain; charset=raw_unicode_escape", rb"\ud83d\ude00", "😀"),
        ("text/plain; charset=utf-7", b"a+2AA-b", "a\ufffdb"),
        ("text/plain; charset*=us-ascii'en'utf-8", "ä".encode(), "ä"),
        ("text/plain; charset*=us-ascii'en'nope", "ä".encode(), "ä"),
    ],
)
def test_whatever_charset_a_sender_names_the_text_is_one(content_type: str, body: bytes, text: str) -> None:
    message = read(f"Content-Type: {content_type}\r\n\r\n".encode() + body)

    assert message.text == text
    assert message.model_dump_json()


def test_a_mail_nested_without_end_is_an_error_and_no_crash() -> None:
    content = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000))

    try:
        message = read(content)
    except RemoteRejectedError as error:
        assert error.code == "message.unreadable"  # noqa: PT017  # both answers are right
    else:
        assert message.uid == 7


def test_the_attributes_are_read_wherever_the_server_puts_them() -> None:
    before = fetch_items([(ATTRIBUTES, b"Subject: a\r\n\r\n"), b")"])
    after = fetch_items(
        [
            b"3 (FLAGS (\\Seen))",
            (b"1 (BODY[] {9}", b"Subject: a\r\n\r\n"),
            b" UID 7 FLAGS (\\Seen) RFC822.SIZE 99)",
            b"4 (FLAGS ())",
        ]
    )

    first, second = read_envelope(before[0]), read_envelope(after[0])

    assert (first.uid, first.size, first.flags) == (7, 99, ["seen", "$Forwarded"])
    assert first.received == datetime(2026, 3, 2, 7, 9, 10, tzinfo=UTC)
    assert (second.uid, second.size, second.flags, second.received) == (7, 99, ["seen"], None)


def test_headers_are_decoded_even_when_they_break_the_rules() -> None:
    message = read(
        'From: =?utf-8?q?J=C3=BCrgen?= <j@example.com>, "Käse, rund" <k@example.com>\r\n'
        "Subject: =?iso-8859-1?q?Gr=FC=DFe?= =?utf-8?b?8J+Ygg==?= =?nope?q?x?=\r\nDate: 2 Mar 2026 08:09:10 -0000\r\n\r\nx".encode()
    )

    assert message.sender
    assert (message.sender.name, message.sender.address) == ("Jürgen", "j@example.com")
    assert message.subject == "Grüße😂x"
    assert message.sent == datetime(2026, 3, 2, 8, 9, 10, tzinfo=UTC)


def test_a_mail_in_a_mail_is_an_attachment_and_its_text_is_not_ours() -> None:
    inner = b"Subject: inner\r\n\r\ninner text\r\n"
    message = read(
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nouter\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        + inner
        + b"--b--\r\n"
    )

    assert message.text == "outer"
    (attached,) = message.attachments
    assert (attached.name, attached.media_type) == ("message.eml", "message/rfc822")
    assert attached.file
    assert b"inner text" in attached.file.data


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b'(\\HasNoChildren \\Trash) "/" Trash', ("Trash", "/", ("\\HasNoChildren", "\\Trash"))),
        (b'() "." "Entw&APw-rfe &- mehr"', ("Entwürfe & mehr", ".", ())),
        (b'() NIL "a \\\\ \\" b"', ('a \\ " b', "", ())),
        ((b'() "/" {3}', b'a"b'), ('a"b', "/", ())),
        (b'() "\\\\" "x"', ("x", "\\", ())),
        (b"nonsense", None),
        (None, None),
    ],
)
def test_folder_names_are_read_as_they_are(line: bytes, expected: object) -> None:
    assert read_folder(line) == expected


def test_a_composed_mail_is_plain_ascii_and_names_nobody_hidden() -> None:
    arguments = parse_fields(
        SendArguments,
        {
            "to": ["Ünal, Can <can@müller.example>"],
            "bcc": ["hidden@example.com"],
            "subject": "ü" * 200,
            "text": "ü\n" * 3,
        },
        where="arguments",
    )

    composed = compose(arguments, "office@example.com").as_bytes()

    assert composed.isascii()
    assert b"hidden" not in composed
    assert b"can@xn--mller-kva.example" in composed
    assert all(len(line) <= 998 for line in composed.split(b"\r\n"))
    assert str(email.message_from_bytes(composed)["Message-ID"]).endswith("@example.com>")


def test_two_mails_never_have_the_same_message_id() -> None:
    arguments = parse_fields(SendArguments, {"to": ["a@example.com"]}, where="")

    assert len({str(compose(arguments, "a@example.com")["Message-ID"]) for _ in range(50)}) == 50


@given(st.text(max_size=60))
def test_no_address_that_is_accepted_can_break_out_of_its_line(text: str) -> None:
    try:
        address = read_address(text)
    except ValueError:
        return

    assert address.addr_spec.isascii()
    assert not set(address.addr_spec) & set("\r\n <>,;")
    assert str(address).isprintable()


@given(st.text(max_size=40), st.binary(max_size=100))
def test_what_is_attached_comes_out_byte_for_byte(name: str, data: bytes) -> None:
    name = "".join(letter for letter in name if letter.isprintable()).strip() or "x"
    attached = FileValue.of(name, data, "text/csv")
    arguments = SendArguments.model_validate({"to": ["a@example.com"], "text": "t", "attachments": [attached]})

    (found,) = read(compose(arguments, "a@example.com").as_bytes()).attachments

    assert found.file
    assert found.file.data == data
