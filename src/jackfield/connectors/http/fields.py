"""What one fills in for a connection to an HTTP API, whatever kind it is."""

import ssl
from typing import Annotated

from pydantic import AfterValidator

from jackfield.connectors.http.urls import build_url, read_base
from jackfield.errors import InvalidError


def _read_base_url(text: str) -> str:
    return read_base(text).shown


def _read_path(text: str) -> str:
    try:
        build_url(read_base("http://test.invalid"), text, ())
    except InvalidError as error:
        raise ValueError(error.message) from None
    return text


def _check_certificates(pem: str | None) -> str | None:
    if pem is not None:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=pem)
        except (ssl.SSLError, ValueError):
            raise ValueError("the CA certificates can't be read; they are expected in PEM") from None
    return pem


BaseUrl = Annotated[str, AfterValidator(_read_base_url)]
"""Where an API is, in its one spelling."""
PathUnderBase = Annotated[str, AfterValidator(_read_path)]
"""A path that stays under any base."""
Certificates = Annotated[str | None, AfterValidator(_check_certificates)]
"""Certificates to trust instead of the system's, in PEM."""
