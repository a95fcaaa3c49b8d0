"""Whom to trust: certificates are always verified, names always checked, TLS 1.2 at least (RFC 9325)."""

import ssl

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
