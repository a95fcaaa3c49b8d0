"""An IMAP connection over a socket that was handed in, read on a thread that always ends.

imap-tools is synchronous, so a session lives on a thread of its own, and ends by cutting its socket: a thread that waits
for a server wakes up and is gone, whatever the server does.
"""

# imap-tools is typed in part only.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import asyncio
import imaplib
import re
import socket
import ssl
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from imap_tools import BaseMailBox
from imap_tools.errors import ImapToolsError, UnexpectedCommandStatusError

from jackfield.catalog.mail.models import MailDetails, PasswordCredentials
from jackfield.catalog.mail.reading import printable
from jackfield.connectors import Use, is_signer_unknown, wants_client_certificate, why_not_trusted
from jackfield.errors import (
    HubError,
    InvalidError,
    LimitedError,
    RemoteRejectedError,
    RemoteSignInError,
    RemoteThrottledError,
    RemoteUnavailableError,
)

T = TypeVar("T")

_NONSENSE = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What imaplib and imap-tools raise where an answer is not what they expect."""


class _Client(imaplib.IMAP4):
    """Speaks IMAP on the socket it is given, and reads so much and no more."""

    def __init__(
        self, sock: socket.socket, address: tuple[str, int], context: ssl.SSLContext | None, budget: int
    ) -> None:
        self._given = sock
        self._context = context
        self._budget = budget
        super().__init__(*address)

    def _create_socket(self, timeout: float | None) -> socket.socket:  # noqa: ARG002
        if self._context is None:
            return self._given
        return self._context.wrap_socket(self._given, server_hostname=self.host)

    def read(self, size: int) -> bytes:
        self._spend(size)
        return super().read(size)

    def readline(self) -> bytes:
        line = super().readline()
        self._spend(len(line))
        return line

    def _spend(self, size: int) -> None:
        self._budget -= size
        if self._budget < 0:
            raise LimitedError("the IMAP server answers with more than is read", code="answer.too_large")


class ImapMailBox(BaseMailBox):
    """imap-tools on that client."""

    def __init__(self, client: _Client) -> None:
        self._own = client
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return self._own


async def on_thread(work: Callable[[], T], knife: socket.socket) -> T:
    """Run work on a thread of its own; if cancelled, cut the connection and wait until the thread is gone."""
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    result: list[T] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            result.append(work())
        except BaseException as error:  # noqa: BLE001  # handed to the caller
            failure.append(error)
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(done.set)

    threading.Thread(target=run, name="jackfield-imap", daemon=True).start()
    try:
        await done.wait()
    except asyncio.CancelledError:
        with suppress(OSError):
            knife.shutdown(socket.SHUT_RDWR)
        await done.wait()
        raise
    if failure:
        raise failure[0]
    return result[0]


@contextmanager
def imap_session(
    use: Use[MailDetails], sock: socket.socket, context: ssl.SSLContext | None, budget: int
) -> Generator[ImapMailBox]:
    """Encrypt, sign in, and at the end sign out; blocks.

    Args:
        use: The connection.
        sock: Connected; closed at the end.
        context: For TLS.
        budget: How many bytes are read at most.

    Raises:
        InvalidError: STARTTLS was asked for and isn't offered.
        RemoteSignInError: It doesn't accept the credentials.
        RemoteUnavailableError: It doesn't speak IMAP as we do.
    """
    target = use.details.imap_origin
    client: _Client | None = None
    try:
        client = _connected(use.details, sock, context, budget)
        box = ImapMailBox(client)
        _sign_in(box, client, use)
        yield box
        with suppress(imaplib.IMAP4.error, ImapToolsError, OSError, HubError):
            box.logout()
    except _NONSENSE as error:
        raise RemoteUnavailableError(
            f"{target} answers in a way that makes no sense ({type(error).__name__})",
            code="answer.not_understood",
            target=target,
        ) from error
    finally:
        if client:
            with suppress(OSError):
                client.shutdown()
        sock.close()


def _connected(details: MailDetails, sock: socket.socket, context: ssl.SSLContext | None, budget: int) -> _Client:
    target = details.imap_origin
    client: _Client | None = None
    try:
        client = _Client(sock, details.imap_address, context if details.imap_tls == "start" else None, budget)
        if details.imap_tls == "upgrade":
            _upgrade(client, context, target)
    except BaseException as error:
        if client:
            with suppress(OSError):
                client.shutdown()
        if isinstance(error, ssl.SSLError):
            raise tls_failed(target, error) from None
        if isinstance(error, (imaplib.IMAP4.error, OSError)):
            raise lost(target, error) from None
        raise
    return client


def _upgrade(client: _Client, context: ssl.SSLContext | None, target: str) -> None:
    if "STARTTLS" not in client.capabilities:
        raise tls_not_offered(target, "details.imap_tls")
    try:
        client.starttls(context)
    except imaplib.IMAP4.error:
        if isinstance(client.sock, ssl.SSLSocket):
            raise
        raise RemoteUnavailableError(f"{target} offers STARTTLS, but refused it", target=target) from None


def _sign_in(box: ImapMailBox, client: _Client, use: Use[MailDetails]) -> None:
    target = use.details.imap_origin
    credentials = use.credentials
    assert isinstance(credentials, PasswordCredentials)
    password = credentials.password.reveal()
    if client.state == "AUTH":
        raise RemoteRejectedError(f"{target} lets everybody in without a password (PREAUTH)", code="imap.preauth")
    try:
        if "AUTH=PLAIN" in client.capabilities:
            box.login_utf8(credentials.user, password, initial_folder=None)
        elif "LOGINDISABLED" in client.capabilities:
            raise InvalidError(
                f"{target} accepts no password without encryption; choose start or upgrade", field="details.imap_tls"
            )
        elif not (password.isprintable() and password.isascii() and credentials.user.isascii()):
            raise InvalidError(
                f"{target} accepts only ASCII letters in user and password", field="credentials.password"
            )
        else:
            box.login(credentials.user, password, initial_folder=None)
    except (imaplib.IMAP4.abort, OSError) as error:
        raise lost(target, error) from None
    except UnexpectedCommandStatusError as error:
        raise _not_accepted(target, said_in(error.command_result[1])) from None
    except imaplib.IMAP4.error as error:
        raise _not_accepted(target, printable(str(error))[:200]) from None


def _not_accepted(target: str, said: str) -> HubError:
    if re.search(r"\[(UNAVAILABLE|INUSE|SERVERBUG)\]", said):
        return RemoteUnavailableError(f"{target} can't check credentials now: {said}", target=target, detail=said)
    if re.search(r"\[LIMIT\]|too many", said, re.IGNORECASE):
        return RemoteThrottledError(f"{target} asks for patience: {said}", target=target, detail=said)
    return RemoteSignInError(
        f"the IMAP server {target} does not accept the user and password: {said}", target=target, detail=said
    )


def trust(use: Use[MailDetails]) -> ssl.SSLContext:
    """Whom the connection trusts.

    Raises:
        InvalidError: Its certificates can't be read.
    """
    try:
        return use.reach.tls_context()
    except InvalidError as error:
        raise InvalidError(error.message, code=error.code, field="details.ca_pem") from None


def tls_not_offered(target: str, field: str) -> InvalidError:
    """No STARTTLS, by the server or by somebody between."""
    return InvalidError(
        f"{target} does not offer STARTTLS, so nothing was sent; choose start, if it has a port for that",
        code="tls.not_offered",
        field=field,
    )


class TlsFailedError(RemoteUnavailableError):
    """The certificate of a mail server is not trusted, or there was no TLS with it; nothing was sent."""

    code = "tls.not_trusted"


def tls_failed(target: str, error: ssl.SSLError) -> TlsFailedError:
    """No trust, or no common version."""
    return TlsFailedError(_why_no_tls(target, error), target=target)


def _why_no_tls(target: str, error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = why_not_trusted(error)
        if is_signer_unknown(error):
            return (
                f"the certificate of {target} is not trusted: {reason}; if the server has one of its own, put that into "
                f"details.ca_pem"
            )
        return f"the certificate of {target} is not trusted: {reason}"
    if wants_client_certificate(error):
        return f"{target} asks for a certificate of its client, and a connection has none"
    if error.reason == "WRONG_VERSION_NUMBER":
        return f"{target} does not answer in TLS; try upgrade, or another port"
    return (
        f"no TLS connection to {target} came about; it must speak TLS 1.2 or newer and ask for no certificate of its "
        f"client"
    )


def lost(target: str, error: Exception) -> RemoteUnavailableError:
    """The connection failed."""
    said = getattr(error, "strerror", None) or printable(str(error)) or type(error).__name__
    return RemoteUnavailableError(f"the connection to {target} failed: {said[:200]}", target=target)


def said_in(data: list[Any]) -> str:
    """The text of an answer, in one bounded line."""
    texts = [one.decode(errors="replace") for one in data if isinstance(one, bytes)]
    return printable(" ".join(texts))[:200]
