"""Tokens of OAuth 2 clients (RFC 6749 §4.4): fetched when needed, kept in memory for most of their life, never stored."""

import asyncio
import math
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote_plus
from weakref import WeakKeyDictionary

from jackfield.catalog.openapi.declarations import ClientCredentials, OpenapiDetails
from jackfield.connectors import HttpRequest, HttpResponse, Reach, Use
from jackfield.connectors.http import headers
from jackfield.connectors.http.answers import failure
from jackfield.connectors.http.urls import read_base
from jackfield.errors import HubError, InvalidError, RemoteError, RemoteRejectedError, RemoteSignInError
from jackfield.kernel import Secret, read_json

_KEPT: Final = 0.8
"""Of a token's life."""
_LIFE_WHEN_NOT_SAID: Final = 300.0
_LONGEST_LIFE: Final = 24 * 3600.0
_LONGEST_WAIT: Final = 30.0


@dataclass(slots=True)
class _Kept:
    fetching: asyncio.Lock = field(default_factory=asyncio.Lock)
    token: Secret | None = None
    good_until: float = 0.0
    """On the event loop's clock."""


class Tokens:
    """The tokens of connections, each beside the way out of its connection and gone with it.

    A way out belongs to one connection with one set of credentials: no other connection ever gets at its token, and new
    credentials begin without one.
    """

    def __init__(self) -> None:
        self._kept: WeakKeyDictionary[Reach, _Kept] = WeakKeyDictionary()

    async def get(self, use: Use[OpenapiDetails], credentials: ClientCredentials) -> str:
        """A token; of several that need one at once, one fetches it.

        Raises:
            InvalidError: The connection has no token URL.
            RemoteSignInError: The client's credentials are not accepted.
            RemoteError: No token could be fetched.
        """
        kept = self._kept.setdefault(use.reach, _Kept())
        now = asyncio.get_running_loop().time
        async with kept.fetching:
            if kept.token is None or now() >= kept.good_until:
                try:
                    token, life = await _fetch(use, credentials)
                except RemoteRejectedError:
                    # An answer, but to nobody's sign-in: nothing shows that the credentials are any good.
                    use.goes_without_sign_in()
                    raise
                kept.token, kept.good_until = token, now() + life * _KEPT
        found = kept.token.reveal()
        use.conceal(found)
        return found

    def drop(self, use: Use[OpenapiDetails], token: str) -> None:
        """The API no longer accepts this one."""
        kept = self._kept.get(use.reach)
        if kept is not None and kept.token is not None and kept.token.reveal() == token:
            kept.token = None


async def _fetch(use: Use[OpenapiDetails], credentials: ClientCredentials) -> tuple[Secret, float]:
    url = use.details.token_url
    if url is None:
        raise InvalidError("OAuth 2 needs a token URL, where tokens are fetched", field="details.token_url")
    response = await use.reach.request(_request(url, credentials), seconds=min(_LONGEST_WAIT, use.seconds * 0.9))
    server = read_base(url.partition("?")[0]).server
    if response.status != 200:
        raise _refusal(response, server)
    answer = _read(response, server)
    token, life = answer.get("access_token"), answer.get("expires_in")
    kind = str(answer.get("token_type", "bearer")).lower()
    if not isinstance(token, str) or not token or kind != "bearer":
        raise RemoteRejectedError(f"{server} answered without a bearer token", status=200, target=server)
    use.conceal(token)
    try:
        headers.check_value(token)
    except ValueError:
        raise RemoteRejectedError(
            f"{server} answered with a token that can't be sent in a header", status=200, target=server
        ) from None
    return Secret(token), read_life(life)


def read_life(value: Any) -> float:
    """How many seconds a token is good for, from whatever stands in `expires_in` (RFC 6749 §5.1)."""
    try:
        seconds = float(value) if isinstance(value, (int, float, str)) else math.nan
    except (ValueError, OverflowError):
        seconds = math.nan
    # "nan" is a number to Python, and one that no time is ever later than.
    return _LIFE_WHEN_NOT_SAID if math.isnan(seconds) else min(max(seconds, 0.0), _LONGEST_LIFE)


def _request(url: str, credentials: ClientCredentials) -> HttpRequest:
    form = [("grant_type", "client_credentials")]
    if credentials.scope:
        form.append(("scope", credentials.scope))
    fields = [("Accept", "application/json"), ("Content-Type", "application/x-www-form-urlencoded")]
    secret = credentials.client_secret.reveal()
    if credentials.sent_in == "body":
        form += [("client_id", credentials.client_id), ("client_secret", secret)]
    else:
        # both in the encoding of forms before they are joined (RFC 6749 §2.3.1)
        pair = f"{quote_plus(credentials.client_id)}:{quote_plus(secret)}"
        fields.append(("Authorization", f"Basic {b64encode(pair.encode()).decode()}"))
    body = "&".join(f"{name}={quote_plus(value)}" for name, value in form).encode()
    return HttpRequest("POST", url, tuple(fields), body, has_credentials=True)


def _refusal(response: HttpResponse, server: str) -> RemoteError:
    """What a refusal of the token URL means (RFC 6749 §5.2)."""
    code = ""
    if response.status in {400, 401, 403}:
        try:
            code = str(_read(response, server).get("error", ""))
        except HubError:
            code = ""
    if response.status == 401 or code in {"invalid_client", "unauthorized_client", "invalid_grant"}:
        return RemoteSignInError(
            f"{server} doesn't accept the client's credentials for a token; reconnect with valid ones",
            status=response.status,
            target=server,
        )
    # Asking for a token changes nothing: whatever comes of it, it may be asked for again.
    return failure("GET", response, server)


def _read(response: HttpResponse, server: str) -> dict[str, Any]:
    try:
        value = read_json(response.body, what="the answer")
    except HubError:
        value = None
    if not isinstance(value, dict):
        raise RemoteRejectedError(
            f"{server} answered with something else than a token", status=response.status, target=server
        )
    return value
