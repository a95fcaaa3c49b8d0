"""Signing in over SSH on a socket that was handed in, to a server whose key is known."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Final

import asyncssh

from jackfield.catalog.files.sftp_fields import KeyCredentials, PasswordCredentials, SftpDetails
from jackfield.connectors import Use
from jackfield.errors import (
    HubError,
    InvalidError,
    MisconfiguredError,
    RemoteRejectedError,
    RemoteSignInError,
    RemoteUnavailableError,
)

_HOST_KEY_ALGORITHMS: Final = [
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-512",
    "rsa-sha2-256",
]
"""In this order, always: the key that is shown for confirmation is the one seen again."""


def _is_key(line: str, key: asyncssh.SSHKey) -> bool:
    try:
        return asyncssh.import_public_key(line).public_data == key.public_data
    except asyncssh.KeyImportError:
        # Of a kind that the library doesn't know.
        return False


class _Client(asyncssh.SSHClient):
    """Judges the server's key; nothing of ours is sent before that."""

    def __init__(self, known: str) -> None:
        self._known = known.splitlines()
        self.seen = ""
        """The fingerprint of the key that was not a known one."""

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:  # noqa: ARG002
        """Whether the key is one of the known ones."""
        fingerprint = key.get_fingerprint("sha256")
        for line in self._known:
            if line.rstrip("=") == fingerprint.rstrip("="):
                return True
            if not line.startswith("SHA256:") and _is_key(line, key):
                return True
        self.seen = fingerprint
        return False


@asynccontextmanager
async def sign_in(use: Use[SftpDetails]) -> AsyncGenerator[asyncssh.SSHClientConnection]:
    """An SSH connection; closed with all its channels at the end, whatever the end.

    Nothing of the process's environment takes part: no agent, no configuration, no keys or known hosts of its user.

    Raises:
        InvalidError: The server's key is not the known one (`details.host_key`), or the private key can't be read.
        RemoteSignInError: It doesn't accept the credentials.
        RemoteUnavailableError: It can't be reached, or doesn't speak SSH as we do.
    """
    details = use.details
    credentials = use.credentials
    password: str | None = None
    keys: list[asyncssh.SSHKey] | None = None
    if isinstance(credentials, KeyCredentials):
        keys = [await _private_key(credentials)]
        user = credentials.user
    elif isinstance(credentials, PasswordCredentials):
        password, user = credentials.password.reveal(), credentials.user
    else:
        raise InvalidError(f"SFTP can't sign in with the scheme {use.scheme!r}", field="scheme")
    client = _Client(details.host_key)
    sock = await use.reach.connect(details.host, details.port)
    try:
        connection = await asyncssh.connect(
            details.host,
            details.port,
            sock=sock,
            client_factory=lambda: client,
            config=None,
            known_hosts=([], [], []),
            server_host_key_algs=_algorithms(details.host_key),
            x509_trusted_certs=None,
            x509_trusted_cert_paths=[],
            username=user,
            password=password,
            client_keys=keys,
            agent_path=None,
            agent_identities=None,
            pkcs11_provider=None,
            gss_kex=False,
            gss_auth=False,
            host_based_auth=False,
            public_key_auth=keys is not None,
            password_auth=password is not None,
            kbdint_auth=password is not None,
            preferred_auth="publickey" if keys else "password,keyboard-interactive",
            client_version="Jackfield",
            login_timeout=use.seconds,
        )
    except BaseException as error:
        sock.close()
        if (found := _classified(error, details, client.seen)) is not None:
            raise found from None
        raise
    try:
        yield connection
    finally:
        # Cut, not said goodbye to: a peer that doesn't answer can't hold us here.
        connection.abort()
        with suppress(asyncio.CancelledError):
            await connection.wait_closed()


async def _private_key(credentials: KeyCredentials) -> asyncssh.SSHKey:
    phrase = credentials.passphrase.reveal() if credentials.passphrase else None
    text = credentials.private_key.reveal()
    try:
        # On a thread: opening an encrypted key is slow on purpose (bcrypt).
        return await asyncio.to_thread(asyncssh.import_private_key, text, phrase)
    except (asyncssh.KeyEncryptionError, asyncssh.KeyImportError, ValueError) as error:
        raise _key_problem(error, text, given=phrase is not None) from None


def _key_problem(error: Exception, key: str, *, given: bool) -> HubError:
    if "bcrypt" in str(error):
        return MisconfiguredError(
            "an encrypted key in OpenSSH's own format needs the Python package bcrypt; the operator installs it, or the "
            "key is converted with ssh-keygen -p -m PKCS8"
        )
    # Not for every format does the library tell a wrong passphrase from a broken key, nor a missing one.
    locked = "ENCRYPTED" in key or "assphrase" in str(error)
    if locked or isinstance(error, asyncssh.KeyEncryptionError):
        problem = "does not open the key" if given else "is needed: the key is encrypted"
        return InvalidError(f"credentials.passphrase {problem}", field="credentials.passphrase")
    return InvalidError(
        "credentials.private_key is not a private key that SSH knows; paste the whole file from -----BEGIN to END-----",
        field="credentials.private_key",
    )


def _algorithms(known: str) -> list[str]:
    """Those of the known keys, if all of them say their kind."""
    lines = known.splitlines()
    if not lines or any(line.startswith("SHA256:") for line in lines):
        return _HOST_KEY_ALGORITHMS
    kinds = {line.split()[0] for line in lines}
    wanted = [
        name for name in _HOST_KEY_ALGORITHMS if name in kinds or ("ssh-rsa" in kinds and name.startswith("rsa-"))
    ]
    return wanted or _HOST_KEY_ALGORITHMS


def _classified(error: BaseException, details: SftpDetails, seen: str) -> HubError | None:
    target = details.target
    if isinstance(error, asyncssh.HostKeyNotVerifiable) and seen:
        return _key_error(details, seen)
    if isinstance(error, asyncssh.PermissionDenied):
        return RemoteSignInError(f"{target} does not accept the user and the password or key", target=target)
    if isinstance(error, TimeoutError):
        return RemoteUnavailableError(f"{target} did not complete the sign-in in time", target=target)
    if isinstance(error, ValueError):
        # Not a name in the sense of RFC 4013, which is asked of names before anything is sent.
        return InvalidError("credentials.user has letters that no user name may have", field="credentials.user")
    if isinstance(error, (asyncssh.Error, OSError)):
        return RemoteUnavailableError(
            f"signing in to {target} over SSH failed: {said(error)}", code="ssh.failed", target=target
        )
    return None


def _key_error(details: SftpDetails, seen: str) -> InvalidError:
    if not details.host_key:
        return InvalidError(
            f"the host key of {details.target} must be confirmed: it shows {seen}; compare that with what the server's "
            "operator names, and put it into details.host_key",
            code="host_key.missing",
            field="details.host_key",
            expected=seen,
        )
    return InvalidError(
        f"{details.target} shows another host key than details.host_key: {seen}; the server may have got a new key, or "
        "somebody stands between: ask its operator before changing details.host_key",
        code="host_key.differs",
        field="details.host_key",
        expected=seen,
    )


def said(error: BaseException) -> str:
    """What the other side or the library said, in one bounded line."""
    text = getattr(error, "reason", "") or str(error) or type(error).__name__
    return "".join(letter if letter.isprintable() else " " for letter in text)[:200]


def no_sftp(details: SftpDetails, error: BaseException) -> RemoteRejectedError:
    """It lets us in, and offers no files."""
    return RemoteRejectedError(
        f"{details.target} accepts the sign-in but offers no SFTP to this user: {said(error)}",
        code="sftp.not_offered",
        target=details.target,
    )
