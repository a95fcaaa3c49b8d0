"""The class a connector derives from, and what it is handed with each use."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar, Generic, TypeVar

from jackfield.connectors.actions import MARK, Action
from jackfield.connectors.fields import Credentials, Details
from jackfield.egress import Reach, TlsOptions
from jackfield.errors import JsonValue

D = TypeVar("D", bound=Details)


@dataclass(frozen=True, slots=True)
class Scheme:
    """One way to sign in."""

    key: str
    """As in `none`, `basic`, `password`, `key`."""
    title: str
    credentials: type[Credentials]


@dataclass(frozen=True, slots=True)
class RemoteIdentity:
    """Which account the other side takes us for (C14)."""

    account: str
    """Compared when reconnecting: another account asks first."""
    system: str = ""
    """What it says it is, as in `PostgreSQL 15.19`."""
    notes: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    """What else is worth showing."""


@dataclass(frozen=True, slots=True)
class Use(Generic[D]):
    """One use of a connection; alive only during the call, and so are the credentials in it."""

    details: D
    scheme: str
    credentials: Credentials = field(repr=False)
    reach: Reach = field(repr=False)
    seconds: float
    """How long the whole use may take; it is cancelled after that."""
    idempotency_key: str | None = None
    """To be sent along by actions that are `keyed`."""


class Connector(ABC, Generic[D]):
    """A kind of third-party system and what can be done with it."""

    key: ClassVar[str]
    """Stable; stored with every connection."""
    title: ClassVar[str]
    description: ClassVar[str]
    """One sentence: what one connects to and what for."""
    details: ClassVar[type[Details]]
    schemes: ClassVar[tuple[Scheme, ...]]
    actions: ClassVar[Mapping[str, Action]] = MappingProxyType({})
    """Made from the methods marked with `@action`."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # Not every name has a value yet: ABCMeta sets `__abstractmethods__` only after this.
        named = (getattr(cls, name, None) for name in dir(cls))
        own = {mark.key: mark for one in named if isinstance(mark := getattr(one, MARK, None), Action)}
        cls.actions = MappingProxyType(own)

    @abstractmethod
    def origin(self, details: D) -> str:
        """The permitted origin of the credentials, in one canonical spelling: where they may be sent, and nowhere else.

        For HTTP `scheme://host:port/path/`, for others in the same manner, several separated by a blank. It is bound to
        every sealed credential; another origin makes them unreadable.
        """

    def http_origins(self, details: D) -> tuple[str, ...]:  # noqa: ARG002
        """For connectors that speak HTTP: each `scheme://host:port` they may call; empty for the others."""
        return ()

    def tls(self, details: D) -> TlsOptions:  # noqa: ARG002
        """Whom the connection trusts."""
        return TlsOptions()

    @abstractmethod
    async def test(self, use: Use[D]) -> RemoteIdentity:
        """Reach the system and sign in, changing nothing.

        Raises:
            RemoteSignInError: It doesn't accept the credentials.
            RemoteUnavailableError: It can't be reached.
            InvalidError: It says that general details are wrong, as a database that doesn't exist.
        """

    def scheme(self, key: str) -> Scheme | None:
        """One of `schemes`."""
        return next((one for one in self.schemes if one.key == key), None)
