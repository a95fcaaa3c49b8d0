"""Whom a connection trusts."""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from jackfield.egress import AllowedTarget, CertificateRefusedError, Egress, HttpRequest, Reach, ReachPolicy, TlsOptions
from jackfield.errors import InvalidError, RemoteUnavailableError
from jackfield.settings import Limits
from servers import evil
from servers.evil import policy_for


@dataclass(frozen=True)
class Authority:
    """A self-made certification authority."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _authority() -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_name("Test CA"))
        .issuer_name(_name("Test CA"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=10))
        .not_valid_after(now + timedelta(days=10))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Authority(certificate, key)


def _server_context(folder: Path, authority: Authority, *, host: str = "127.0.0.1", days: int = 5) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    end = datetime.now(UTC) + timedelta(days=days)
    try:
        alternative: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        alternative = x509.DNSName(host)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_name(host))
        .issuer_name(authority.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=8))
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    file = folder / f"{host}-{days}.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.fixture(scope="module")
def authority() -> Authority:
    return _authority()


@pytest.fixture
def secure(authority: Authority, tmp_path: Path) -> Generator[evil.EvilServer]:
    """A server with a certificate of the authority."""
    with evil.serve(tls=_server_context(tmp_path, authority)) as running:
        yield running


def _reach(egress: Egress, server: evil.EvilServer, ca_pem: str | None) -> Reach:
    return egress.reach(policy_for(server), TlsOptions(ca_pem))


@pytest.mark.requirement("D32")
async def test_the_ca_of_one_connection_has_no_effect_on_another(
    egress: Egress, secure: evil.EvilServer, authority: Authority
) -> None:
    trusting, others = _reach(egress, secure, authority.pem), _reach(egress, secure, None)

    first = await trusting.request(HttpRequest("GET", secure.url("/ok")))
    with pytest.raises(CertificateRefusedError, match="not trusted"):
        await others.request(HttpRequest("GET", secure.url("/ok")))
    again = await trusting.request(HttpRequest("GET", secure.url("/ok")))

    assert (first.status, again.status) == (200, 200)
    assert len(secure.requests) == 2


@pytest.mark.requirement("D32")
async def test_a_certificate_of_another_ca_is_refused(egress: Egress, secure: evil.EvilServer) -> None:
    with pytest.raises(CertificateRefusedError, match="not signed by an authority that is trusted here") as caught:
        await _reach(egress, secure, _authority().pem).request(HttpRequest("POST", secure.url("/ok"), body=b"x"))

    assert not caught.value.retryable
    assert not secure.requests


@pytest.mark.requirement("D32")
@pytest.mark.parametrize(
    ("certificate", "why"),
    [
        (("127.0.0.1", -1), "it is out of date"),
        (("127.0.0.9", 5), "it is one for another host"),
        (("other.test", 5), "it is one for another host"),
    ],
)
async def test_expired_and_foreign_certificates_are_refused(
    egress: Egress, authority: Authority, tmp_path: Path, certificate: tuple[str, int], why: str
) -> None:
    host, days = certificate
    with evil.serve(tls=_server_context(tmp_path, authority, host=host, days=days)) as server:
        with pytest.raises(CertificateRefusedError, match=why):
            await _reach(egress, server, authority.pem).request(HttpRequest("GET", server.url("/ok")))

        assert not server.requests


@pytest.mark.requirement("D30", "D32")
async def test_the_name_is_verified_though_the_address_was_found_by_us(authority: Authority, tmp_path: Path) -> None:
    async def lookup(_host: str) -> list[str]:
        return ["127.0.0.1"]

    egress = Egress(Limits(), lookup=lookup)
    with evil.serve(tls=_server_context(tmp_path, authority, host="api.test")) as server:
        reach = egress.reach(ReachPolicy(allowed=(AllowedTarget("127.0.0.1", server.port),)), TlsOptions(authority.pem))

        answer = await reach.request(HttpRequest("GET", f"https://api.test:{server.port}/ok"))
        with pytest.raises(CertificateRefusedError):
            await reach.request(HttpRequest("GET", f"https://other.test:{server.port}/ok"))

        assert answer.status == 200
    await egress.close()


@pytest.mark.requirement("D32")
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
async def test_old_tls_is_refused(
    egress: Egress, authority: Authority, tmp_path: Path, version: ssl.TLSVersion
) -> None:
    context = _server_context(tmp_path, authority)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = version
    context.maximum_version = version
    with evil.serve(tls=context) as server:
        with pytest.raises(RemoteUnavailableError, match="TLS"):
            await _reach(egress, server, authority.pem).request(HttpRequest("GET", server.url("/ok")))

        assert not server.requests


@pytest.mark.parametrize(
    ("version", "reason"),
    [
        (ssl.TLSVersion.TLSv1_2, "ask for no certificate of its client; nothing was sent"),
        (ssl.TLSVersion.TLSv1_3, "asks for a certificate of its client, and a connection has none; it took no request"),
    ],
)
async def test_a_server_that_wants_a_certificate_of_its_client_is_told_of_as_such(
    egress: Egress, authority: Authority, tmp_path: Path, version: ssl.TLSVersion, reason: str
) -> None:
    context = _server_context(tmp_path, authority)
    context.minimum_version = version
    context.maximum_version = version
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=authority.pem)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"https://127.0.0.1:{listening.getsockname()[1]}/"
        policy = ReachPolicy(allowed=(AllowedTarget("127.0.0.1", listening.getsockname()[1]),))
        refusing = asyncio.create_task(asyncio.to_thread(_refuse_one, listening, context))

        with pytest.raises(CertificateRefusedError, match=reason) as refused:
            await egress.reach(policy, TlsOptions(ca_pem=authority.pem)).request(HttpRequest("POST", url, body=b"{}"))
        await refusing

        assert not refused.value.retryable


def _refuse_one(listening: socket.socket, context: ssl.SSLContext) -> None:
    # Not by asyncio, which ends the connection without the alert that says why.
    connected, _ = listening.accept()
    with context.wrap_socket(connected, server_side=True, do_handshake_on_connect=False) as encrypted:
        with pytest.raises(ssl.SSLError):
            encrypted.do_handshake()
        while socket.socket.recv(encrypted, 4096):
            pass  # until the client has gone: closing on what it sent could overtake the alert


@pytest.mark.requirement("D32")
async def test_a_server_that_does_not_speak_tls_gets_no_request(egress: Egress, server: evil.EvilServer) -> None:
    url = server.url("/ok").replace("http:", "https:")
    slow = Egress(Limits(connect_seconds=0.2, tls_seconds=0.3))

    with pytest.raises(RemoteUnavailableError, match="nothing was sent"):
        await _reach(slow, server, None).request(HttpRequest("GET", url))

    assert not server.requests
    await slow.close()


@pytest.mark.requirement("D32")
def test_the_context_for_protocol_libraries_verifies(egress: Egress, authority: Authority) -> None:
    reach = egress.reach(ReachPolicy(), TlsOptions(authority.pem))

    first, second = reach.tls_context(), reach.tls_context()

    assert first is not second
    assert (first.verify_mode, first.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert first.minimum_version is ssl.TLSVersion.TLSv1_2
    assert first.cert_store_stats()["x509"] == 1


@pytest.mark.parametrize(
    "pem", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----"]
)
def test_unreadable_certificates_are_refused_in_one_sentence(egress: Egress, pem: str) -> None:
    reach = egress.reach(ReachPolicy(), TlsOptions(pem))

    with pytest.raises(InvalidError, match="PEM"):
        reach.tls_context()
