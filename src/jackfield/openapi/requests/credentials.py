"""Credentials in their place: API key, basic, bearer, and a token of OAuth2 or OpenID Connect (rule O4)."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jackfield.openapi.errors import CredentialError
from jackfield.openapi.models import Operation, Place, Requirement, SchemeType, SecurityScheme
from jackfield.openapi.requests.headers import check_cookie, check_header
from jackfield.openapi.requests.percent import encode
from jackfield.openapi.requests.styles import Pairs

Credential = str | Mapping[str, Any]
"""A key or token; for `basic` an object of `username` and `password`."""


@dataclass(slots=True)
class Proof:
    """What credentials add to a request."""

    headers: dict[str, str] = field(default_factory=dict[str, str])
    query: Pairs = field(default_factory=list[tuple[str, str]])
    cookies: Pairs = field(default_factory=list[tuple[str, str]])


def choose_requirement(operation: Operation, credentials: Mapping[str, Credential]) -> Requirement:
    """The first alternative that the credentials satisfy; an empty one if there is none."""
    for one in operation.security:
        if one and all(name in credentials for name in one):
            return one
    return {}


def prove(operation: Operation, schemes: Mapping[str, SecurityScheme], credentials: Mapping[str, Credential]) -> Proof:
    """The credentials that the operation asks for, in their places; no others are ever sent.

    Raises:
        CredentialError: One has not the shape that its scheme asks for.
    """
    proof = Proof()
    for name in choose_requirement(operation, credentials):
        scheme = schemes.get(name)
        if scheme is not None:
            _add(proof, scheme, credentials[name])
    return proof


def _add(proof: Proof, scheme: SecurityScheme, credential: Credential) -> None:
    where = f"the credential {scheme.key!r}"
    match scheme.type:
        case SchemeType.API_KEY:
            _add_key(proof, scheme, _text(credential, where), where)
        case SchemeType.HTTP if scheme.http_scheme == "basic":
            proof.headers["Authorization"] = f"Basic {_basic(credential, where)}"
        case SchemeType.HTTP if scheme.http_scheme not in {"bearer", ""}:
            # Digest and its like are a conversation; what is at hand is sent as it is.
            kind = scheme.http_scheme.title()
            proof.headers["Authorization"] = _checked("Authorization", f"{kind} {_text(credential, where)}", where)
        case SchemeType.HTTP | SchemeType.OAUTH2 | SchemeType.OPEN_ID_CONNECT:
            proof.headers["Authorization"] = _checked("Authorization", f"Bearer {_text(credential, where)}", where)
        case SchemeType.MUTUAL_TLS:
            pass  # the connection's, below HTTP


def _add_key(proof: Proof, scheme: SecurityScheme, key: str, where: str) -> None:
    if scheme.place is Place.HEADER:
        proof.headers[scheme.name] = _checked(scheme.name, key, where)
    elif scheme.place is Place.COOKIE:
        proof.cookies.append((scheme.name, check_cookie(key, where)))
    else:
        proof.query.append((encode(scheme.name), encode(key)))


def _text(credential: Credential, where: str) -> str:
    if not isinstance(credential, str):
        raise CredentialError(f"{where} must be a text")
    return credential


def _basic(credential: Credential, where: str) -> str:
    members: Mapping[str, Any] = credential if isinstance(credential, Mapping) else {}
    user, password = members.get("username"), members.get("password", "")
    if not isinstance(user, str) or not isinstance(password, str) or ":" in user:
        raise CredentialError(f"{where} must be an object of username and password, with no colon in the username")
    return base64.b64encode(f"{user}:{password}".encode()).decode()


def _checked(name: str, value: str, where: str) -> str:
    return check_header(name, value, where)
