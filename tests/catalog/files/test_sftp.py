"""SFTP: whom it trusts, and how it signs in; on a real OpenSSH, and with passwords on asyncssh's server."""

import asyncio
import os
import pwd
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import asyncssh
import pytest

from catalog.files.conftest import Place
from jackfield.catalog.files import SftpConnector
from jackfield.catalog.files.sftp_fields import SftpDetails
from jackfield.connectors import parse_fields
from jackfield.egress import Egress
from jackfield.errors import (
    ForbiddenError,
    InvalidError,
    MisconfiguredError,
    RemoteSignInError,
    RemoteUnavailableError,
)
from servers.sshd import SshServer


@pytest.fixture
def by_password(egress: Egress, password_ssh: SshServer) -> Place:
    details = {"host": "127.0.0.1", "port": password_ssh.port, "path": "/", "host_key": password_ssh.fingerprint}
    credentials = {"user": password_ssh.user, "password": password_ssh.password}
    return Place(SftpConnector(), details, egress, password_ssh.root, "password", credentials, password_ssh.port)


async def test_the_test_says_which_account_on_which_system(sftp: Place, openssh: SshServer) -> None:
    identity = await sftp.test()

    assert identity.account == f"{openssh.user}@127.0.0.1"
    assert "OpenSSH" in identity.system
    assert str(identity.notes["folder"]).endswith(sftp.root.name)
    assert isinstance(identity.notes["free_bytes"], int)


async def test_a_password_signs_in(by_password: Place) -> None:
    (by_password.root / "hello.txt").write_text("hello")

    identity = await by_password.test()

    assert identity.account == "anna@127.0.0.1"
    assert (await by_password.call("read", path="hello.txt")).file.data == b"hello"


async def test_a_wrong_password_is_a_sign_in_failure_and_not_told(by_password: Place) -> None:
    with pytest.raises(RemoteSignInError) as refused:
        await by_password.but(credentials={"password": "hunter2-canary"}).test()

    assert "canary" not in str(refused.value) + repr(refused.value.data)


async def test_a_wrong_key_is_a_sign_in_failure(sftp: Place) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()

    with pytest.raises(RemoteSignInError):
        await sftp.but(credentials={"private_key": other}).test()


async def test_without_a_host_key_the_one_seen_is_shown_and_no_password_leaves(
    by_password: Place, password_ssh: SshServer
) -> None:
    before = password_ssh.attempts.read_text()

    with pytest.raises(InvalidError) as first:
        await by_password.but(host_key="").test()

    assert first.value.data["field"] == "details.host_key"
    assert first.value.data["expected"] == password_ssh.fingerprint
    assert password_ssh.fingerprint in first.value.message
    assert password_ssh.attempts.read_text() == before
    await by_password.but(host_key=str(first.value.data["expected"])).test()


async def test_another_host_key_is_refused_and_no_password_leaves(by_password: Place, password_ssh: SshServer) -> None:
    before = password_ssh.attempts.read_text()
    other = asyncssh.generate_private_key("ssh-ed25519")

    for known in (other.get_fingerprint(), other.export_public_key().decode()):
        with pytest.raises(InvalidError) as refused:
            await by_password.but(host_key=known).test()
        assert refused.value.code == "host_key.differs"

    assert password_ssh.attempts.read_text() == before


async def test_a_host_key_may_be_given_as_the_tools_print_it(sftp: Place, openssh: SshServer) -> None:
    other = asyncssh.generate_private_key("ssh-rsa").export_public_key().decode()

    for known in (
        openssh.fingerprint,
        f"{openssh.host_key} a comment",
        f"[127.0.0.1]:{openssh.port} {openssh.host_key}",
        f"{other}\n{openssh.host_key}",
    ):
        assert (await sftp.but(host_key=known).test()).account


async def test_an_encrypted_key_opens_with_its_passphrase_only(sftp: Place, openssh: SshServer) -> None:
    key = asyncssh.import_private_key(openssh.private_key)
    encrypted = key.export_private_key("pkcs8-pem", passphrase="open sesame").decode()

    with pytest.raises(InvalidError) as without:
        await sftp.but(credentials={"private_key": encrypted}).test()
    with pytest.raises(InvalidError) as wrong:
        await sftp.but(credentials={"private_key": encrypted, "passphrase": "canary"}).test()
    identity = await sftp.but(credentials={"private_key": encrypted, "passphrase": "open sesame"}).test()

    assert without.value.data["field"] == wrong.value.data["field"] == "credentials.passphrase"
    assert "canary" not in str(wrong.value)
    assert identity.account


async def test_a_user_name_that_can_not_be_one_is_refused(sftp: Place) -> None:
    with pytest.raises(InvalidError) as refused:
        await sftp.but(credentials={"user": "anna\u0007"}).test()

    assert refused.value.data["field"] == "credentials.user"


async def test_what_is_no_key_is_refused_without_being_told(sftp: Place) -> None:
    with pytest.raises(InvalidError) as refused:
        await sftp.but(credentials={"private_key": "canary"}).test()

    assert refused.value.data["field"] == "credentials.private_key"
    assert "canary" not in str(refused.value)


async def test_a_key_in_the_format_of_openssh_is_opened_or_says_what_is_missing(
    sftp: Place, openssh: SshServer, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text(openssh.private_key)
    (tmp_path / "key").chmod(0o600)
    process = await asyncio.create_subprocess_exec(
        "ssh-keygen", "-q", "-p", "-P", "", "-N", "sesame", "-f", str(tmp_path / "key"), stdout=asyncio.subprocess.PIPE
    )
    await process.communicate()
    credentials = {"private_key": (tmp_path / "key").read_text(), "passphrase": "sesame"}

    if find_spec("bcrypt"):
        assert (await sftp.but(credentials=credentials).test()).account
    else:
        with pytest.raises(MisconfiguredError, match="bcrypt"):
            await sftp.but(credentials=credentials).test()


async def test_a_folder_that_is_not_there_is_a_wrong_detail(sftp: Place) -> None:
    with pytest.raises(InvalidError) as refused:
        await sftp.but(path="/no/such/folder").test()

    assert refused.value.data["field"] == "details.path"


async def test_an_empty_folder_is_the_home_folder(sftp: Place) -> None:
    assert (await sftp.but(path="").test()).notes["folder"] == pwd.getpwuid(os.getuid()).pw_dir


async def test_a_server_that_is_not_there_is_unavailable(sftp: Place) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        sftp.port = int(probe.getsockname()[1])

    with pytest.raises(RemoteUnavailableError):
        await sftp.but(port=sftp.port).test()


async def test_a_server_that_speaks_something_else_is_unavailable(sftp: Place) -> None:
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        sftp.port = server.sockets[0].getsockname()[1]
        with pytest.raises(RemoteUnavailableError):
            await sftp.but(port=sftp.port).test()


@pytest.mark.requirement("D33")
async def test_a_server_that_says_nothing_holds_nobody_longer_than_the_call(sftp: Place) -> None:
    gone = asyncio.Event()

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(4096):
            pass
        writer.close()
        gone.set()

    async with await asyncio.start_server(hold, "127.0.0.1", 0) as server:
        sftp.port = server.sockets[0].getsockname()[1]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await sftp.but(port=sftp.port).test()
        async with asyncio.timeout(10):
            await gone.wait()


async def test_a_target_that_is_not_allowed_is_not_dialled(sftp: Place) -> None:
    sftp.port = None

    with pytest.raises(ForbiddenError):
        await sftp.test()


async def test_a_server_that_dies_in_the_middle_is_unavailable(sftp: Place) -> None:
    """A relay cuts the connection after so many bytes, wherever in the sign-in that is."""
    target = int(sftp.details["port"])
    for limit in (0, 100, 1500, 3000):

        async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, limit: int = limit) -> None:
            server_reader, server_writer = await asyncio.open_connection("127.0.0.1", target)

            async def up() -> None:
                while data := await reader.read(4096):
                    server_writer.write(data)

            task = asyncio.create_task(up())
            left = limit
            while left > 0 and (data := await server_reader.read(left)):
                writer.write(data)
                left -= len(data)
            task.cancel()
            server_writer.close()
            writer.close()

        async with await asyncio.start_server(relay, "127.0.0.1", 0) as server:
            sftp.port = server.sockets[0].getsockname()[1]
            with pytest.raises(RemoteUnavailableError):
                await sftp.but(port=sftp.port).test()


def test_the_ssh_library_is_not_loaded_before_it_is_used() -> None:
    program = "import sys, jackfield.catalog.files; print('asyncssh' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout == b"False\n"


def test_the_origin_has_one_spelling() -> None:
    connector = SftpConnector()

    def origin(**details: object) -> str:
        return connector.origin(parse_fields(SftpDetails, details, where="details"))

    assert origin(host="Files.Example.COM", path="/in//box/") == "sftp://files.example.com:22/in/box"
    assert origin(host="files.example.com", port=2222) == "sftp://files.example.com:2222/~"
    assert origin(host="files.example.com", path="in") == "sftp://files.example.com:22/~/in"
    assert origin(host="2001:db8::1", path="/") == "sftp://[2001:db8::1]:22/"


@pytest.mark.parametrize(
    "details",
    [
        {"host": "a b"},
        {"host": "user@host"},
        {"host": "host/path"},
        {"path": "a/../b"},
        {"host_key": "SHA256:short"},
        {"host_key": "ssh-rsa AAAA"},
        {"host_key": "-----BEGIN"},
    ],
)
def test_details_that_make_no_sense_are_refused(details: dict[str, str]) -> None:
    with pytest.raises(InvalidError) as refused:
        parse_fields(SftpDetails, {"host": "example.com", **details}, where="details")

    assert refused.value.data["field"] == f"details.{next(iter(details))}"
