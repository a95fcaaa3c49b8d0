"""The front desk: what every route needs of the API itself, beside the services."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from jackfield.api.idempotency import Idempotency
from jackfield.api.identity import Identity
from jackfield.api.rates import Buckets
from jackfield.api.security import OwnHosts, SessionCookie
from jackfield.api.services import Services
from jackfield.directory import Caller
from jackfield.errors import UnauthenticatedError


@dataclass(frozen=True, slots=True)
class FrontDesk:
    """Made once per app."""

    services: Services
    own_hosts: OwnHosts
    cookie: SessionCookie
    identity: Identity
    idempotency: Idempotency
    hooks: Buckets
    """How often requests may come to each webhook's address."""
    started_at: datetime

    @classmethod
    def of(cls, services: Services) -> "FrontDesk":
        """The front desk of these services."""
        settings = services.settings
        own_hosts = OwnHosts.of(settings)
        cookie = SessionCookie.of(settings)
        return cls(
            services,
            own_hosts,
            cookie,
            Identity(services.directory, cookie, own_hosts, settings.limits),
            Idempotency(services.database, services.vault, services.clock, settings.limits.idempotency_memory),
            Buckets(settings.limits.hook_requests_per_second, settings.limits.hook_requests_burst),
            services.clock.now(),
        )


def desk_of(request: Request) -> FrontDesk:
    """The front desk of the app that the request came to."""
    return request.app.state.desk


def caller_of(request: Request) -> Caller:
    """Who is asking, at a route that isn't public."""
    caller: Caller | None = request.scope["state"].get("caller")
    if caller is None:
        raise UnauthenticatedError("sign in, or send an API token as `Authorization: Bearer …`")
    return caller


async def _find_services(request: Request) -> Services:
    return desk_of(request).services


async def _find_caller(request: Request) -> Caller:
    return caller_of(request)


Hub = Annotated[Services, Depends(_find_services)]
"""A route's parameter: the services."""
Asking = Annotated[Caller, Depends(_find_caller)]
"""A route's parameter: who is asking."""
