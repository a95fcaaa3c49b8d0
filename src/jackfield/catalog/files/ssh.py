"""Signing in over SSH on a socket that was handed in, to a server whose key is known."""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Annotated, Final

import asyncssh
from pydantic import AfterValidator, Field

from jackfield.catalog.files.paths import split_path
from jackfield.connectors import Credentials, Details, SecretText, Use
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
_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")


def _host(text: str) -> str:
    if not re.fullmatch(r"[^\s/@\\?#\x00-\x1f]+", text):
        raise ValueError("must be a host name or an IP address, and nothing else")
    return text.lower()


def _root(text: str) -> str:
    names = split_path(text.lstrip("/"))
    return "/" + "/".join(names) if text.startswith("/") else "/".join(names)


def _host_keys(text: str) -> str:
    lines = [_without_host(line.strip()) for line in text.splitlines() if line.strip()]
    for line in lines:
        if not _FINGERPRINT.fullmatch(line.rstrip("=")):
            _read_public_key(line)
    return "\n".join(lines)


def _without_host(line: str) -> str:
    """A line as `ssh-keyscan` and `known_hosts` have it begins with the host's name."""
    words = line.split()
    return " ".join(words[1:]) if len(words) > 2 and words[1].startswith(("ssh-", "ecdsa-")) else line


def _read_public_key(line: str) -> asyncssh.SSHKey:
    try:
        return asyncssh.import_public_key(line)
    except (asyncssh.KeyImportError, ValueError):
        raise ValueError(
            "must have on each line a fingerprint as in SHA256:…, or a public key as in ssh-ed25519 AAAA…"
        ) from None


class SftpDetails(Details):
    """Which server, and which folder of it."""

    host: Annotated[str, AfterValidator(_host)] = Field(min_length=1, max_length=253, title="Host")
    port: int = Field(22, ge=1, le=65535, title="Port")
    path: Annotated[str, AfterValidator(_root)] = Field(
        "",
        max_length=4096,
        title="Folder",
        description="The folder on the server, never left; with a leading / from its root, else from the home folder.",
    )
    host_key: Annotated[str, AfterValidator(_host_keys)] = Field(
        "",
        max_length=10_000,
        title="Host key",
        description=(
            "The server's public key or its fingerprint (SHA256:…), one on each line. Leave it empty to be shown the "
            "fingerprint when testing; compare it with the one that the server's operator names, then put it in."
        ),
        json_schema_extra={"multiline": True},
    )

    @property
    def target(self) -> str:
        """`sftp://host:port`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"sftp://{host}:{self.port}"


class PasswordCredentials(Credentials):
    """A user and a password."""

    user: str = Field(min_length=1, max_length=255, title="User")
    password: SecretText = Field(title="Password")


class KeyCredentials(Credentials):
    """A user and a private key."""

    user: str = Field(min_length=1, max_length=255, title="User")
    private_key: SecretText = Field(
        title="Private key",
        description="The whole key file, beginning with -----BEGIN.",
        json_schema_extra={"multiline": True},
    )
    passphrase: SecretText | None = Field(None, title="Passphrase", description="If the key is encrypted.")


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
            if not line.startswith("SHA256:") and _read_public_key(line).public_data == key.public_data:
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
