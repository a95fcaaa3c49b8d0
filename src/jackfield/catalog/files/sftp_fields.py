"""What an SFTP connection is filled in with; knows no SSH library, so that forms cost none of its memory."""

import base64
import binascii
import re
from typing import Annotated

from pydantic import AfterValidator, Field

from jackfield.catalog.files.paths import split_path
from jackfield.connectors import Credentials, Details, SecretText

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
            _require_public_key(line)
    return "\n".join(lines)


def _without_host(line: str) -> str:
    """A line as `ssh-keyscan` and `known_hosts` have it begins with the host's name."""
    words = line.split()
    return " ".join(words[1:]) if len(words) > 2 and words[1].startswith(("ssh-", "ecdsa-")) else line


def _require_public_key(line: str) -> None:
    """That a line has a public key: its kind, and the key in base 64, which begins with the kind (RFC 4253 §6.6)."""
    kind, _, rest = line.partition(" ")
    try:
        key = base64.b64decode(rest.partition(" ")[0], validate=True)
    except binascii.Error:
        key = b""
    named = len(kind).to_bytes(4, "big") + kind.encode()
    if not key.startswith(named) or len(key) < len(named) + 32:
        raise ValueError("must have on each line a fingerprint as in SHA256:…, or a public key as in ssh-ed25519 AAAA…")


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
