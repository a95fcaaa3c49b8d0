"""The connector for files over SFTP.

What speaks SSH is loaded with the first use: asyncssh takes most of a second and more than 20 MB, which an installation
without SFTP connections need not spend.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from jackfield.catalog.files.actions import FileConnector
from jackfield.catalog.files.sftp_fields import KeyCredentials, PasswordCredentials, SftpDetails
from jackfield.catalog.files.store import FileStore
from jackfield.connectors import RemoteIdentity, Scheme, Use


class SftpConnector(FileConnector[SftpDetails]):
    """Files on a server that speaks SFTP."""

    key = "sftp"
    title = "SFTP"
    description = "Read and write the files in a folder of a server over SSH."
    details = SftpDetails
    schemes = (
        Scheme("password", "User and password", PasswordCredentials),
        Scheme("key", "User and private key", KeyCredentials),
    )

    def origin(self, details: SftpDetails) -> str:
        """`sftp://host:port/folder`; `/~` is the home folder."""
        return f"{details.target}{details.path if details.path.startswith('/') else f'/~/{details.path}'.rstrip('/')}"

    async def test(self, use: Use[SftpDetails]) -> RemoteIdentity:
        """Sign in and look at the folder.

        Raises:
            InvalidError: The host key must be confirmed (`details.host_key`), or the folder is not there.
            RemoteSignInError: It doesn't accept the credentials.
            RemoteUnavailableError: It can't be reached.
        """
        from jackfield.catalog.files.sftp_store import look  # noqa: PLC0415  # see above

        return await look(use)

    @asynccontextmanager
    async def open(self, use: Use[SftpDetails]) -> AsyncGenerator[FileStore]:
        """The folder, over a connection of its own."""
        from jackfield.catalog.files.sftp_store import open_store  # noqa: PLC0415  # see above

        async with open_store(use) as store:
            yield store
