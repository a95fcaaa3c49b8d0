"""A Dovecot of its own: IMAP with TLS and STARTTLS, mails in a Maildir that others may fill.

As root the mails belong to `nobody`, since Dovecot refuses to read mails as root.
"""

import getpass
import grp
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from servers import needs
from servers.certificates import make_proof

SECONDS = 20


@dataclass(frozen=True)
class Dovecot:
    """What one needs to read a mailbox."""

    imaps_port: int
    imap_port: int
    """With STARTTLS, and from loopback also without."""
    ca_pem: str
    user: str
    password: str
    maildir: Path
    sign_in: Path
    """A socket that other servers may ask for this one's users (Dovecot's authentication protocol)."""
    log: Path
    process: subprocess.Popen[bytes]

    def change_password(self, password: str) -> None:
        """Let nobody in with the one before."""
        users = self.maildir.parent.parent / "users"
        users.write_text(f"{self.user}:{{PLAIN}}{password}\n")

    def end_sessions(self) -> None:
        """Throw out everybody who is signed in."""
        for status in Path("/proc").glob("[0-9]*/status"):
            with suppress(OSError):
                said = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
                if said["Name"] == "imap" and int(said["PPid"]) == self.process.pid:
                    os.kill(int(status.parent.name), signal.SIGKILL)

    def deliver(self, message: bytes) -> None:
        """Put a mail into the inbox (https://cr.yp.to/proto/maildir.html)."""
        deliver(self.maildir, message)


def deliver(maildir: Path, message: bytes) -> None:
    name = f"{secrets.token_hex(12)}.jackfield"
    path = maildir / "tmp" / name
    path.write_bytes(message)
    if os.geteuid() == 0:
        owner = maildir.stat()
        os.chown(path, owner.st_uid, owner.st_gid)
    path.rename(maildir / "new" / name)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, greeting: bytes, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until a server greets; bounded."""
    deadline = monotonic() + SECONDS
    while monotonic() < deadline and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as probe:
                probe.settimeout(5)
                if probe.recv(len(greeting)) == greeting:
                    return
        except OSError:
            sleep(0.02)
    said = log.read_text(errors="replace")[-3000:] if log.exists() else ""
    raise AssertionError(f"the server on port {port} did not start: {said}")


@contextmanager
def serve(*, tells: bool = True) -> Generator[Dovecot]:
    """A Dovecot with one mailbox, which has an inbox, `Trash`, `Sent` and `Entwürfe & mehr`.

    Args:
        tells: Whether it says that it tells when mails arrive (IDLE).
    """
    program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin") or needs(
        "a Dovecot server", "apt-get install dovecot-imapd"
    )
    # Not in pytest's folder, which is closed to the users that Dovecot becomes.
    folder = Path(tempfile.mkdtemp(prefix="jackfield-dovecot-"))
    try:
        folder.chmod(0o755)
        yield from _serve(program, folder, tells=tells)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _serve(program: str, folder: Path, *, tells: bool) -> Generator[Dovecot]:
    root = os.geteuid() == 0
    owner = pwd.getpwnam("nobody" if root else getpass.getuser())
    proof = make_proof("127.0.0.1", "localhost")
    (folder / "certificate.pem").write_text(proof.certificate)
    (folder / "key.pem").write_text(proof.key)
    user, password = "anna@example.com", f'pass wörd\\"{secrets.token_hex(4)}'
    home = folder / "home"
    maildir = home / "Maildir"
    for name in ("tmp", "new", "cur"):
        (maildir / name).mkdir(parents=True)
    (folder / "run").mkdir()
    if root:
        for path in (home, maildir, *maildir.iterdir()):
            os.chown(path, owner.pw_uid, owner.pw_gid)
    (folder / "users").write_text(f"{user}:{{PLAIN}}{password}\n")
    (folder / "users").chmod(0o644)
    ports = [free_port() for _ in range(2)]
    log = folder / "log"
    internal = "dovecot" if root else owner.pw_name
    login = "dovenull" if root else owner.pw_name
    config = folder / "dovecot.conf"
    config.write_text(f"""
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {log}
auth_verbose = yes
protocols = imap
default_internal_user = {internal}
default_internal_group = {internal if root else _group(owner.pw_gid)}
default_login_user = {login}
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
ssl_dh =
disable_plaintext_auth = yes
auth_mechanisms = plain login
auth_cache_size = 0
auth_failure_delay = 0
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{maildir}
mailbox_list_index = no
mailbox_idle_check_interval = 1 secs
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={owner.pw_uid} gid={owner.pw_gid} home={home}
}}
namespace inbox {{
  inbox = yes
  mailbox Trash {{
    auto = create
    special_use = \\Trash
  }}
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
  mailbox "Entwürfe & mehr" {{
    auto = create
    special_use = \\Drafts
  }}
}}
service anvil {{
  chroot =
  # Without its list of addresses that failed before, so that one test's wrong passwords don't slow down the others.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  unix_listener sign-in {{
    mode = 0666
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {ports[1]}
  }}
  inet_listener imaps {{
    port = {ports[0]}
    ssl = yes
  }}
}}
service stats {{
  chroot =
}}
protocol imap {{
  mail_max_userip_connections = 100
  imap_capability = {"" if tells else "IMAP4rev1 LITERAL+ UIDPLUS MOVE"}
}}
""")
    process = subprocess.Popen(
        [program, "-F", "-c", str(config)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(ports[1], b"* OK", process, log)
        yield Dovecot(
            imaps_port=ports[0],
            imap_port=ports[1],
            ca_pem=proof.authority,
            user=user,
            password=password,
            maildir=maildir,
            sign_in=folder / "run" / "sign-in",
            log=log,
            process=process,
        )
    finally:
        process.terminate()
        process.wait(SECONDS)


def _group(gid: int) -> str:
    return grp.getgrgid(gid).gr_name
