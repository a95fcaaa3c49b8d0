"""The class a connector derives from, and what it is handed with each use."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any, ClassVar, Generic, TypeVar

from jackfield.connectors.actions import MARK, Action
from jackfield.connectors.fields import Credentials, Details
from jackfield.connectors.joined import JOINT, join
from jackfield.connectors.watches import MARK as WATCH_MARK
from jackfield.connectors.watches import Watch
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
class RemoteAnswer:
    """What the other side answered to a test, for a person to look at; never stored."""

    request: str
    """As in `GET /me`."""
    status: int
    media_type: str
    text: str = field(repr=False)
    """Empty where it is none, or there is nothing; the gateway takes secrets out of it, and leaves the beginning."""
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class RemoteIdentity:
    """Which account the other side takes us for (C14)."""

    account: str
    """Compared when reconnecting: another account asks first."""
    system: str = ""
    """What it says it is, as in `PostgreSQL 15.19`."""
    notes: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    """What else is worth showing."""
    answer: RemoteAnswer | None = field(default=None, compare=False)
    """Where the test asks for something whose answer says more than that it came."""


def _forget(_secret: str) -> None:
    """Where nothing comes back out anyway."""


def _ignore() -> None:
    """Where nobody asks."""


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
    conceal: Callable[[str], None] = field(default=_forget, repr=False)
    """Tell of a secret that came up during the use, as a token that was fetched: it never comes back out either (D11)."""
    goes_without_sign_in: Callable[[], None] = field(default=_ignore, repr=False)
    """Tell that the credentials are not sent with it, though there are some: what comes of it says nothing of them (C14)."""


class Connector(ABC, Generic[D]):
    """A kind of third-party system and what can be done with it."""

    key: ClassVar[str]
    """Stable; stored with every connection."""
    title: ClassVar[str]
    description: ClassVar[str]
    """One sentence: what one connects to and what for."""
    details: ClassVar[type[Details]]
    schemes: ClassVar[tuple[Scheme, ...]]
    most_schemes: ClassVar[int] = 1
    """How many of them one connection may have at once, joined by `+`: some systems ask for two together."""
    actions: ClassVar[Mapping[str, Action]] = MappingProxyType({})
    """Made from the methods marked with `@action`."""
    watches: ClassVar[Mapping[str, Watch]] = MappingProxyType({})
    """Made from the methods marked with `@watch`."""
    made_with: ClassVar[str] = ""
    """The room above that makes connections of it together with something of its own, as `integrations`; empty for those
    that are complete by themselves."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # Not every name has a value yet: ABCMeta sets `__abstractmethods__` only after this.
        named = [getattr(cls, name, None) for name in dir(cls)]
        actions = {mark.key: mark for one in named if isinstance(mark := getattr(one, MARK, None), Action)}
        watches = {mark.key: mark for one in named if isinstance(mark := getattr(one, WATCH_MARK, None), Watch)}
        cls.actions, cls.watches = MappingProxyType(actions), MappingProxyType(watches)

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
        """One of `schemes`, or several of them joined."""
        for one in self.schemes:
            if one.key == key:
                return one
        return _join(self.schemes, key) if 1 <= key.count(JOINT) < self.most_schemes else None


@lru_cache(maxsize=1000)
def _join(schemes: tuple[Scheme, ...], key: str) -> Scheme | None:
    by_key = {one.key: one for one in schemes if one.credentials.model_fields}
    parts = [by_key.get(one) for one in key.split(JOINT)]
    found = [one for one in parts if one is not None]
    if len(found) < len(parts):
        return None
    return Scheme(key, ", ".join(one.title for one in found), join([one.credentials for one in found]))
