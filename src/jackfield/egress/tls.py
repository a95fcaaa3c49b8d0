"""Whom to trust: certificates are always verified, names always checked, TLS 1.2 at least (RFC 9325)."""

import re
import ssl
from collections.abc import Mapping
from typing import Final

from jackfield.errors import InvalidError


def make_context(ca_pem: str | None) -> ssl.SSLContext:
    """A new client context that trusts the given certificates, or the system's.

    Made by hand because `ssl.create_default_context` would write session keys to a file named in the environment.

    Raises:
        InvalidError: `ca_pem` has no certificate.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    if ca_pem is None:
        context.load_default_certs(ssl.Purpose.SERVER_AUTH)
        return context
    try:
        context.load_verify_locations(cadata=ca_pem)
    except (ssl.SSLError, ValueError):
        trusted = 0
    else:
        trusted = context.cert_store_stats()["x509"]
    if not trusted:
        raise InvalidError("the CA certificates can't be read; they are expected in PEM", field="ca_pem")
    return context


def find_tls_error(error: BaseException | None) -> ssl.SSLError | None:
    """What TLS said, of all that led to an error."""
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__
    return error


def is_signer_unknown(error: ssl.SSLCertVerificationError) -> bool:
    """Whether trusting one more certificate would mend it."""
    return _WRONG.get(error.verify_code) == _UNKNOWN_SIGNER


def why_not_trusted(error: ssl.SSLCertVerificationError) -> str:
    """What is wrong with a certificate, as it follows on "is not trusted:"."""
    return _WRONG.get(error.verify_code) or str(error.verify_message)[:200].rstrip(".")


def wants_client_certificate(error: ssl.SSLError) -> bool:
    """Whether the other side has refused because it wants a certificate of ours, as far as it says so.

    What it can say of a certificate can only be meant of ours. In TLS 1.3 it says so when we are done already, and before
    it reads a request (RFC 8446 §4.4.2.4); up to TLS 1.2 many say no more than that the handshake failed.
    """
    return _OF_OUR_CERTIFICATE.search(error.reason or "") is not None


_UNKNOWN_SIGNER: Final = "it is not signed by an authority that is trusted here"
_WRONG: Final[Mapping[int, str]] = {
    2: _UNKNOWN_SIGNER,
    7: _UNKNOWN_SIGNER,
    9: "it is not valid yet",
    10: "it is out of date",
    18: _UNKNOWN_SIGNER,
    19: _UNKNOWN_SIGNER,
    20: _UNKNOWN_SIGNER,
    21: _UNKNOWN_SIGNER,
    62: "it is one for another host",
    64: "it is one for another host",
}
"""By the codes of OpenSSL (`X509_V_ERR_…`)."""
_OF_OUR_CERTIFICATE: Final = re.compile("ALERT_(.*CERTIFICATE|UNKNOWN_CA)")
