"""SSH servers: an OpenSSH of its own for keys, and for passwords one that needs no user of the machine.

OpenSSH asks the machine's own accounts for passwords, which tests must not touch. So signing in with a password is
tested on asyncssh's server, in a process of its own (this file, run as a program).
"""

import asyncio
import getpass
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import asyncssh

from servers import needs

SECONDS = 20


@dataclass(frozen=True)
class SshServer:
    """What one needs to sign in."""

    port: int
    user: str
    host_key: str
    """Public, as OpenSSH writes it."""
    root: Path
    """A folder that the user may write in."""
    folder: str
    """`root`, as the server names it."""
    attempts: Path
    """A file with a line for each time that somebody tried to sign in."""
    private_key: str = ""
    password: str = ""

    @property
    def fingerprint(self) -> str:
        return asyncssh.import_public_key(self.host_key).get_fingerprint()


def _sshd() -> str:
    found = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    return found or needs("an OpenSSH server", "apt-get install openssh-server")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for_banner(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = monotonic() + SECONDS
    while monotonic() < deadline and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as probe:
                probe.settimeout(5)
                if probe.recv(4) == b"SSH-":
                    return
        except OSError:
            # Not listening yet: look again when the process had its turn.
            sleep(0.02)
    raise AssertionError(f"the SSH server did not start: {log.read_text()[-2000:]}")


@contextmanager
def openssh(folder: Path) -> Generator[SshServer]:
    """OpenSSH's server on a port of its own, for the user who runs the tests."""
    program = _sshd()
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    root = folder / "files"
    root.mkdir()
    host_key, user_key = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    host_key.write_private_key(folder / "host_key")
    (folder / "host_key").chmod(0o600)
    (folder / "authorized_keys").write_text(user_key.export_public_key().decode())
    port = _free_port()
    log = folder / "log"
    (folder / "config").write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {folder}/host_key\nAuthorizedKeysFile {folder}/authorized_keys\n"
        f"PidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
        f"PermitRootLogin prohibit-password\nSubsystem sftp internal-sftp\nMaxStartups 100\nLogLevel VERBOSE\n"
    )
    with log.open("wb") as output:
        process = subprocess.Popen(
            [program, "-D", "-e", "-f", str(folder / "config")], stdout=output, stderr=output, stdin=subprocess.DEVNULL
        )
    try:
        _wait_for_banner(port, process, log)
        yield SshServer(
            port=port,
            user=getpass.getuser(),
            host_key=host_key.export_public_key().decode().strip(),
            root=root,
            folder=str(root),
            attempts=log,
            private_key=user_key.export_private_key().decode(),
        )
    finally:
        process.terminate()
        process.wait(SECONDS)


@contextmanager
def with_password(folder: Path) -> Generator[SshServer]:
    """asyncssh's server in a process of its own; its user knows a password."""
    root = folder / "files"
    root.mkdir()
    host_key = asyncssh.generate_private_key("ssh-ed25519")
    host_key.write_private_key(folder / "host_key")
    attempts, log = folder / "attempts", folder / "log"
    attempts.touch()
    port = _free_port()
    user, password = "anna", "correct höრse"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, __file__, str(folder), str(port), user, password],
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        )
    try:
        _wait_for_banner(port, process, log)
        yield SshServer(
            port=port,
            user=user,
            host_key=host_key.export_public_key().decode().strip(),
            root=root,
            folder="/",
            attempts=attempts,
            password=password,
        )
    finally:
        process.terminate()
        process.wait(SECONDS)


class _PasswordServer(asyncssh.SSHServer):
    def __init__(self, user: str, password: str, attempts: Path) -> None:
        self._expected = (user, password)
        self._attempts = attempts

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        with self._attempts.open("a") as file:
            file.write(f"{username}\n")
        return (username, password) == self._expected


async def _serve(folder: Path, port: int, user: str, password: str) -> None:
    def files(channel: asyncssh.SSHServerChannel[bytes]) -> asyncssh.SFTPServer:
        return asyncssh.SFTPServer(channel, chroot=str(folder / "files").encode())

    server = await asyncssh.listen(
        "127.0.0.1",
        port,
        server_host_keys=[str(folder / "host_key")],
        server_factory=lambda: _PasswordServer(user, password, folder / "attempts"),
        sftp_factory=files,
    )
    await server.wait_closed()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]))
