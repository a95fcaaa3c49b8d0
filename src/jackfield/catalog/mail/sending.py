"""A signed-in SMTP session over a socket that was handed in, and one mail through it (RFC 5321, RFC 6409)."""

import asyncio
import re
import ssl
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from email.message import EmailMessage

import aiosmtplib

from jackfield.catalog.mail.imap import lost, tls_failed, tls_not_offered, trust
from jackfield.catalog.mail.models import MailDetails, PasswordCredentials, Refused, SendResult
from jackfield.catalog.mail.reading import printable
from jackfield.connectors import Use, find_tls_error
from jackfield.errors import (
    HubError,
    InvalidError,
    LimitedError,
    OutcomeUnknownError,
    RemoteRejectedError,
    RemoteSignInError,
    RemoteThrottledError,
    RemoteUnavailableError,
)

_PATIENCE = re.compile(r"\b4\.7\.|rate|too many|too fast|throttl|try again later|slow down", re.IGNORECASE)
_NOT_NOW = 454
"""TLS (RFC 3207 §4) or signing in (RFC 4954 §6) doesn't work for a while, with a 4.7 that means security, not haste."""


@asynccontextmanager
async def smtp_session(use: Use[MailDetails]) -> AsyncGenerator[aiosmtplib.SMTP]:
    """Connect, encrypt, sign in.

    Raises:
        InvalidError: The connection has no SMTP server, or its details can't be used.
        RemoteSignInError: It doesn't accept the credentials.
        RemoteUnavailableError: It can't be reached.
    """
    details = use.details
    if not details.smtp_host:
        raise InvalidError(
            "this connection only reads: it has no SMTP server", code="mail.no_smtp", field="details.smtp_host"
        )
    target = details.smtp_origin
    context = trust(use) if details.smtp_tls != "none" else None
    sock = await use.reach.connect(*details.smtp_address)
    own = sock.getsockname()[0]
    client = aiosmtplib.SMTP(
        hostname=details.smtp_host,
        sock=sock,
        use_tls=details.smtp_tls == "start",
        start_tls=False,
        tls_context=context,
        local_hostname=f"[IPv6:{own}]" if ":" in own else f"[{own}]",
        timeout=use.seconds,
    )
    transport: asyncio.BaseTransport | None = None
    try:
        with _speaking(target):
            # The socket belongs to the client's transport from here on, also if this fails.
            await client.connect()
            transport = client.transport
            await client.ehlo()
            if details.smtp_tls == "upgrade":
                if not client.supports_extension("starttls"):
                    raise tls_not_offered(target, "details.smtp_tls")
                await client.starttls(server_hostname=details.smtp_host)
                transport = client.transport
                await client.ehlo()
        await _sign_in(client, use)
        yield client
        with suppress(aiosmtplib.SMTPException, OSError):
            await asyncio.wait_for(client.quit(), 5)
    finally:
        client.close()
        if isinstance(transport, asyncio.WriteTransport):
            # Not waiting for a peer that may never say goodbye.
            transport.abort()


def greeting(client: aiosmtplib.SMTP) -> str:
    """How the server introduces itself."""
    said = client.last_ehlo_response
    return printable(said.message.splitlines()[0] if said and said.message else "")[:100]


async def send_mail(
    use: Use[MailDetails], message: EmailMessage, sender: str, recipients: list[str], *, all_or_nobody: bool
) -> SendResult:
    """Send one mail, once.

    Raises:
        RemoteRejectedError: Nobody was accepted, or not everybody as asked for; or the mail itself was not.
        OutcomeUnknownError: The connection was lost, or the time was up, after the mail itself was on its way.
        LimitedError: It is larger than the server takes; nothing was sent.
    """
    target = use.details.smtp_origin
    content = message.as_bytes()
    step = _Step()
    accepted: list[str] = []
    refused: list[Refused] = []
    # A little before the call is cut from outside: here it is known whether the mail was on its way.
    try:
        async with asyncio.timeout(use.seconds * 0.95), smtp_session(use) as client:
            _require_room(client, content, target)
            accepted, refused = await _envelope(client, sender, recipients, target)
            if refused and (all_or_nobody or not accepted):
                raise _nobody(refused, target, all_or_nobody=all_or_nobody and bool(accepted))
            step.leaving = True
            with _speaking(target):
                answer = await client.data(content)
            step.answer = answer.message
    except (TimeoutError, RemoteUnavailableError) as error:
        if step.answer is None:
            raise _unfinished(error, step, target, str(message["Message-ID"])) from None
    return SendResult(
        message_id=str(message["Message-ID"]),
        accepted=accepted,
        refused=refused,
        response=printable(step.answer or "")[:300],
    )


class _Step:
    """How far a mail has come."""

    leaving = False
    answer: str | None = None


def _unfinished(error: TimeoutError | RemoteUnavailableError, step: _Step, target: str, message_id: str) -> HubError:
    answered = isinstance(error, RemoteUnavailableError) and "status" in error.data
    if step.leaving and not answered:
        return OutcomeUnknownError(
            f"{target} did not confirm the mail {message_id} before the connection ended: it may or may not have been "
            "taken, and is not sent again",
            target=target,
            timed_out=isinstance(error, TimeoutError) or bool(error.data.get("timed_out")),
        )
    if isinstance(error, RemoteUnavailableError):
        return error
    return RemoteUnavailableError(
        f"{target} did not answer in time; the mail was not sent", target=target, timed_out=True
    )


async def _sign_in(client: aiosmtplib.SMTP, use: Use[MailDetails]) -> None:
    target = use.details.smtp_origin
    credentials = use.credentials
    assert isinstance(credentials, PasswordCredentials)
    user = credentials.smtp_user or credentials.user
    password = (credentials.smtp_password or credentials.password).reveal()
    offered = client.server_auth_methods
    # One try with one method: each failed one counts against the account.
    with _speaking(target, signing_in=True):
        if "plain" in offered:
            await client.auth_plain(user, password)
        elif "login" in offered:
            await client.auth_login(user, password)
        elif "cram-md5" in offered:
            await client.auth_crammd5(user, password)
        elif use.details.smtp_tls == "none":
            raise InvalidError(
                f"{target} offers no sign-in without encryption; choose start or upgrade", field="details.smtp_tls"
            )
        else:
            raise RemoteRejectedError(
                f"{target} offers no sign-in with a password", code="smtp.no_password_sign_in", target=target
            )


def _require_room(client: aiosmtplib.SMTP, content: bytes, target: str) -> None:
    limit = client.esmtp_extensions.get("size", "")
    if limit.isdigit() and 0 < int(limit) < len(content):
        raise LimitedError(
            f"the mail has {len(content):,} bytes; {target} takes at most {int(limit):,}",
            code="mail.too_large",
            limit=int(limit),
            field="arguments.attachments",
        )


async def _envelope(
    client: aiosmtplib.SMTP, sender: str, recipients: list[str], target: str
) -> tuple[list[str], list[Refused]]:
    accepted: list[str] = []
    refused: list[Refused] = []
    with _speaking(target):
        await client.mail(sender)
        for recipient in recipients:
            try:
                await client.rcpt(recipient)
            except aiosmtplib.SMTPRecipientRefused as error:
                if error.code == 421:
                    raise
                refused.append(Refused(address=recipient, status=error.code, reason=printable(error.message)[:300]))
            else:
                accepted.append(recipient)
    return accepted, refused


def _nobody(refused: list[Refused], target: str, *, all_or_nobody: bool) -> HubError:
    first = refused[0]
    names = ", ".join(one.address for one in refused[:5])
    what = "one recipient was refused, so nobody got it" if all_or_nobody else "every recipient was refused"
    sentence = f"{target} did not take the mail: {what} ({names}): {first.status} {first.reason}"
    worst = max(one.status for one in refused)
    return _by_status(worst, first.reason, sentence, target, code="recipient.refused")


@contextmanager
def _speaking(target: str, *, signing_in: bool = False) -> Generator[None]:
    """Errors of the server and the library in our words."""
    try:
        yield
    except ssl.SSLError as error:
        raise tls_failed(target, error) from None
    except aiosmtplib.SMTPConnectError as error:
        if (cause := find_tls_error(error)) is not None:
            raise tls_failed(target, cause) from None
        raise lost(target, error) from None
    except aiosmtplib.SMTPResponseException as error:
        raise _answered(error, target, signing_in=signing_in) from None
    except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError, OSError) as error:
        raise lost(target, error) from None
    except (aiosmtplib.SMTPException, ValueError) as error:
        raise RemoteRejectedError(
            f"the SMTP server {target} can't be used: {printable(str(error))[:200]}", target=target
        ) from None


def _answered(error: aiosmtplib.SMTPResponseException, target: str, *, signing_in: bool) -> HubError:
    said = printable(error.message)[:300]
    if signing_in and 500 <= error.code <= 599:
        return RemoteSignInError(
            f"the SMTP server {target} does not accept the user and password: {error.code} {said}",
            target=target,
            status=error.code,
            detail=said,
        )
    if not 400 <= error.code <= 599:
        # No refusal, but nothing that belongs here either: without a status, as if there was no answer.
        return RemoteUnavailableError(
            f"{target} answers in a way that makes no sense: {said}", target=target, detail=said
        )
    match error:
        case aiosmtplib.SMTPSenderRefused():
            sentence = f"{target} refuses the sender {error.sender}: {error.code} {said}"
        case aiosmtplib.SMTPDataError():
            sentence = f"{target} did not take the mail: {error.code} {said}"
        case _:
            sentence = f"{target} refuses: {error.code} {said}"
    return _by_status(error.code, said, sentence, target)


def _by_status(status: int, said: str, sentence: str, target: str, *, code: str | None = None) -> HubError:
    """By the first digit (RFC 5321 §4.2.1): 4 is passing, 5 is final."""
    if 400 <= status <= 499:
        is_throttled = status != _NOT_NOW and _PATIENCE.search(said)
        kind = RemoteThrottledError if is_throttled else RemoteUnavailableError
        return kind(sentence, target=target, status=status, detail=said)
    return RemoteRejectedError(sentence, code=code, target=target, status=status, detail=said)
