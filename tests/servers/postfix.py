"""A Postfix of its own: signs in Dovecot's users, and delivers into Dovecot's mailbox.

Postfix becomes other users and so must be started as root; elsewhere it is skipped.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from servers import needs
from servers.certificates import make_proof
from servers.dovecot import SECONDS, Dovecot, free_port, wait_for

SIZE = 3_000_000
_DAEMONS = ("/usr/lib/postfix/sbin", "/usr/libexec/postfix", "/usr/lib/postfix")


@dataclass(frozen=True)
class Postfix:
    """What one needs to send; user and password are Dovecot's."""

    smtps_port: int
    smtp_port: int
    """With STARTTLS; takes no password before that."""
    ca_pem: str


@contextmanager
def serve(dovecot: Dovecot) -> Generator[Postfix]:
    """A Postfix that takes mails for Dovecot's user only."""
    program = shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    daemons = next((path for path in _DAEMONS if Path(path, "master").exists()), None)
    if not program or not daemons or os.geteuid() != 0:
        needs("a Postfix server", "apt-get install postfix, and run the tests as root")
    folder = Path(tempfile.mkdtemp(prefix="jackfield-postfix-"))
    try:
        folder.chmod(0o755)
        ports = (free_port(), free_port())
        authority = _configure(folder, daemons, dovecot, ports)
        with (folder / "output").open("wb") as output:
            process = subprocess.Popen(
                [program, "-c", str(folder / "etc"), "start-fg"], stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        try:
            wait_for(ports[1], b"220 ", process, folder / "log")
            yield Postfix(smtps_port=ports[0], smtp_port=ports[1], ca_pem=authority)
        finally:
            process.terminate()
            process.wait(SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _configure(folder: Path, daemons: str, dovecot: Dovecot, ports: tuple[int, int]) -> str:
    proof = make_proof("127.0.0.1", "localhost")
    for name in ("queue", "data", "etc"):
        (folder / name).mkdir()
    owner = pwd.getpwnam("postfix")
    os.chown(folder / "data", owner.pw_uid, owner.pw_gid)
    (folder / "chain.pem").write_text(proof.key + proof.certificate)
    (folder / "chain.pem").chmod(0o600)
    (folder / "etc" / "mailboxes").write_text(f"{dovecot.user} {dovecot.maildir.name}/\n")
    mailbox = dovecot.maildir.stat()
    (folder / "etc" / "main.cf").write_text(f"""
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
maillog_file_prefixes = {folder}
maillog_file = {folder}/log
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.example.com
mydestination =
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = {dovecot.user.partition("@")[2]}
virtual_mailbox_base = {dovecot.maildir.parent}
virtual_mailbox_maps = texthash:{folder}/etc/mailboxes
virtual_uid_maps = static:{mailbox.st_uid}
virtual_gid_maps = static:{mailbox.st_gid}
virtual_minimum_uid = 1
smtpd_tls_chain_files = {folder}/chain.pem
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {dovecot.sign_in}
smtpd_sasl_auth_enable = yes
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_peername_lookup = no
smtpd_client_connection_rate_limit = 0
smtpd_client_connection_count_limit = 0
message_size_limit = {SIZE}
""")
    (folder / "etc" / "master.cf").write_text(f"""
127.0.0.1:{ports[0]} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
127.0.0.1:{ports[1]} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
""")
    return proof.authority
