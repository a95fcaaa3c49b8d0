"""One installation under test: its services, its app, and clients that are somebody."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from api.client import ORIGIN, Client
from jackfield.api import Services
from jackfield.api.app import FEATURES, create_app
from jackfield.api.pages import Site
from jackfield.api.routes import Routes
from jackfield.bootstrap import assemble, services_of
from jackfield.db import Database
from jackfield.directory import Approach, Caller, Scope
from jackfield.engine import Engine
from jackfield.kernel import Door, RequestId, Secret, SessionId
from jackfield.settings import Settings

PASSWORD = "correct horse battery staple"
GENEROUS = {"requests_per_second": 1000, "requests_burst": 5000, "password_memory_mib": 19}
_APPROACH = Approach(Door.UI, RequestId("req_test"), "192.0.2.1")


@dataclass
class Hub:
    services: Services
    features: Sequence[Routes] = FEATURES
    site: Site | None = None
    engine: Engine | None = None
    """Carries runs on, for tests that have it."""

    @cached_property
    def app(self) -> Any:
        return create_app(self.services, features=self.features, site=self.site)

    def with_settings(self, settings: Settings) -> "Hub":
        """The same with other settings for the API alone."""
        return Hub(replace(self.services, settings=settings), self.features)

    def client(self, **headers: str) -> Client:
        """Nobody."""
        return Client(self.app, headers)

    def with_routes(self, *features: Routes) -> "Hub":
        """The same with further routes."""
        return Hub(self.services, (*self.features, *features))

    async def super_admin(self) -> Client:
        """The first super admin in his browser."""
        code = await self.services.directory.sign_in.first_start()
        assert code is not None, "the first super admin is there already"
        signed_in = await self.services.directory.sign_in.redeem_code(_APPROACH, code, Secret(PASSWORD))
        return self.browser(signed_in.token)

    async def newcomer(self, sign_in_name: str) -> Client:
        """A new person without any role, in a browser; `super_admin` must have come before."""
        code = await self._code_of(sign_in_name)
        signed_in = await self.services.directory.sign_in.redeem_code(_APPROACH, code, Secret(PASSWORD))
        return self.browser(signed_in.token)

    async def _code_of(self, sign_in_name: str) -> Secret:
        admin = await self.services.database.read(lambda tx: self.services.directory.facts.list_super_admins(tx)[0])
        principal = await self.services.directory.find_principal(admin)
        assert principal is not None
        caller = Caller(replace(principal, session_id=SessionId("ses_test")), Door.UI, RequestId("req_test"))
        issued = await self.services.directory.people.create_person(
            caller, name=sign_in_name.title(), sign_in_name=sign_in_name
        )
        return issued.code

    def browser(self, session: Secret) -> Client:
        """Whoever has this session, in a browser."""
        return Client(self.app, {"cookie": f"jackfield={session.reveal()}", "origin": ORIGIN})

    async def program(self, browser: Client, scopes: Sequence[Scope] = tuple(Scope)) -> Client:
        """A program with an API token of whoever has this browser."""
        session = Secret(browser.headers["cookie"].partition("=")[2])
        principal = await self.services.directory.principal_of_session(session)
        caller = Caller(principal, Door.UI, RequestId("req_test"))
        issued = await self.services.directory.tokens.create_token(caller, name="program", scopes=scopes)
        return Client(self.app, {"authorization": f"Bearer {issued.secret.reveal()}"})


@asynccontextmanager
async def open_hub(database: Database, folder: Path, **overrides: Any) -> AsyncGenerator[Hub]:
    settings = Settings(
        _env_file=None,  # pyright: ignore[reportCallIssue]  # pydantic-settings' own argument
        data_dir=folder / "data",
        key_file=folder / "keys" / "keys.json",
        port=8050,
        **{"limits": GENEROUS, **overrides},
    )
    async with assemble(settings, database) as parts:
        yield Hub(services_of(parts), engine=parts.engine)
