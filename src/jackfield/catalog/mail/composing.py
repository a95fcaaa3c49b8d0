"""A mail from what the caller gave (RFC 5322, MIME). Pure but for the clock and the message id."""

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime, make_msgid

from jackfield.catalog.mail.addresses import read_address
from jackfield.catalog.mail.models import SendArguments
from jackfield.connectors import FileValue
from jackfield.errors import InvalidError

_MEDIA_TYPE = re.compile(r"([a-z0-9][a-z0-9!#$&^_.+-]{0,126})/([a-z0-9][a-z0-9!#$&^_.+-]{0,126})")
_SEVEN_BITS = SMTP.clone(cte_type="7bit")
"""Every server takes it as it is; nothing is converted on the way."""


def compose(arguments: SendArguments, sender: str) -> EmailMessage:
    """The mail, with a message id made here, so that it is known also when nobody answers.

    Raises:
        InvalidError: An attachment can't be put in.
    """
    message = EmailMessage(policy=_SEVEN_BITS)
    author = read_address(sender)
    message["From"] = author
    for name, written in (("To", arguments.to), ("Cc", arguments.cc), ("Reply-To", arguments.reply_to)):
        if written:
            message[name] = [read_address(one) for one in written]
    message["Subject"] = arguments.subject
    message["Date"] = localtime()
    message["Message-ID"] = make_msgid(domain=author.domain)
    if arguments.in_reply_to:
        message["In-Reply-To"] = arguments.in_reply_to
        message["References"] = arguments.in_reply_to
    if arguments.text or not arguments.html:
        message.set_content(arguments.text, charset="utf-8")
        if arguments.html:
            message.add_alternative(arguments.html, subtype="html", charset="utf-8")
    else:
        message.set_content(arguments.html, subtype="html", charset="utf-8")
    for place, file in enumerate(arguments.attachments):
        _attach(message, file, f"arguments.attachments.{place}")
    return message


def recipients(arguments: SendArguments) -> list[str]:
    """The bare addresses that the server is given, each once."""
    given = [read_address(one) for one in (*arguments.to, *arguments.cc, *arguments.bcc)]
    return list(dict.fromkeys(one.addr_spec for one in given))


def bare(address: str) -> str:
    """An address without its name."""
    found: Address = read_address(address)
    return found.addr_spec


def _attach(message: EmailMessage, file: FileValue, field: str) -> None:
    if not file.name.isprintable():
        raise InvalidError(f"{field}.name must be one line without control characters", field=f"{field}.name")
    found = _MEDIA_TYPE.fullmatch(file.media_type.lower().partition(";")[0].strip())
    if found is None:
        raise InvalidError(f"{field}.media_type must be as in application/pdf", field=f"{field}.media_type")
    main, sub = found.groups()
    if main in {"message", "multipart"}:
        # These must not be in base 64 (RFC 2046 §5); as a plain file they arrive byte for byte.
        main, sub = "application", "octet-stream"
    try:
        data = file.data
    except InvalidError as error:
        raise InvalidError(error.message, field=f"{field}.base64") from None
    message.add_attachment(data, maintype=main, subtype=sub, filename=file.name)
