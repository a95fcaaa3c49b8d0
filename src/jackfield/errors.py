"""Every error Jackfield raises on purpose: one shape, knowing nothing of HTTP.

A `HubError` is a stable `code` (`noun.condition`), a `Kind`, a sentence for the person who can act on it, and data
from the fields its class allows. Three tables elsewhere render kinds: problem+json, an MCP result, an error output.

    HubError
    ├── InvalidError            the caller's input; `field` says where
    ├── UnauthenticatedError    nobody, or not proven who
    ├── ForbiddenError          known, and not allowed; `rule` says by which rule
    ├── NotFoundError           unknown, or forbidden to who may not know
    ├── ConflictError           the state has moved on, or something stands in the way
    ├── LimitedError            too much, too often, too large
    ├── RemoteError             the other side
    │   ├── RemoteRejectedError       it answered no
    │   ├── RemoteSignInError         it does not accept our credentials
    │   ├── RemoteThrottledError      it asks for patience
    │   ├── RemoteUnavailableError    it did not answer, or not usefully
    │   └── OutcomeUnknownError       it may or may not have happened
    ├── MisconfiguredError      the operator's to mend
    ├── IntegrityError          stored data is not what was stored
    └── FeatureOffError         switched off; `who_can_change` says by whom

Features derive their own errors from these, never from `Exception`.
"""

from enum import StrEnum
from typing import ClassVar

JsonScalar = str | int | float | bool | None
JsonValue = JsonScalar | list["JsonValue"] | dict[str, "JsonValue"]


class Kind(StrEnum):
    """Whose move it is."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    LIMITED = "limited"
    REMOTE_REJECTED = "remote_rejected"
    REMOTE_SIGN_IN = "remote_sign_in"
    REMOTE_THROTTLED = "remote_throttled"
    REMOTE_UNAVAILABLE = "remote_unavailable"
    OUTCOME_UNKNOWN = "outcome_unknown"
    MISCONFIGURED = "misconfigured"
    FEATURE_OFF = "feature_off"


_PASSING = frozenset({Kind.LIMITED, Kind.REMOTE_THROTTLED, Kind.REMOTE_UNAVAILABLE})


class HubError(Exception):
    """The root; raise a subclass.

    Args:
        message: One clear sentence that says what is wrong, where, and what to do. Never a submitted or stored secret.
        code: Overrides the class's code with a more exact one.
        data: Values of the fields that the class allows; everything in them may be shown to the caller.
    """

    code: str
    """`noun.condition`, stable: programs compare it."""
    kind: ClassVar[Kind]
    fields: ClassVar[frozenset[str]] = frozenset()
    """Names that `data` may have."""

    def __init__(self, message: str, *, code: str | None = None, **data: JsonValue) -> None:
        super().__init__(message)
        if unknown := data.keys() - self.fields:
            raise TypeError(f"{type(self).__name__} does not allow {sorted(unknown)}")
        self.message = message
        self.data = data
        if code is not None:
            self.code = code

    @property
    def retryable(self) -> bool:
        """Whether the same call may succeed later without anybody changing anything."""
        return self.kind in _PASSING

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait before trying again, where known."""
        value = self.data.get("retry_after")
        return float(value) if isinstance(value, (int, float)) else None


class InvalidError(HubError):
    """The input can't be accepted; `field` is its path as in `details.port`, `problems` lists several."""

    code = "input.invalid"
    kind = Kind.INVALID
    fields = frozenset({"field", "problems", "expected"})


class UnauthenticatedError(HubError):
    """No identity, or one that could not be proven."""

    code = "identity.missing"
    kind = Kind.UNAUTHENTICATED
    fields = frozenset({"retry_after"})


class ForbiddenError(HubError):
    """Refused by a rule."""

    code = "access.refused"
    kind = Kind.FORBIDDEN
    fields = frozenset({"rule", "act", "who_can_change"})


class NotFoundError(HubError):
    """There is no such thing, as far as this caller may know."""

    code = "object.not_found"
    kind = Kind.NOT_FOUND
    fields = frozenset({"what", "field"})


class ConflictError(HubError):
    """What is asked for doesn't fit the present state."""

    code = "object.conflict"
    kind = Kind.CONFLICT
    fields = frozenset({"rule", "field", "blockers", "hidden_blockers", "expected"})


class LimitedError(HubError):
    """A limit of ours was reached: of size for good, of rate until `retry_after`."""

    code = "limit.reached"
    kind = Kind.LIMITED
    fields = frozenset({"limit", "retry_after", "field"})

    @property
    def retryable(self) -> bool:
        """Only where it says when: the same request meets a limit of size again and again."""
        return self.retry_after is not None


class RemoteError(HubError):
    """The other side; `status` is its own status code as text or number, `detail` what it said, bounded and redacted.

    `timed_out` is true where the time that it had was over.
    """

    code = "remote.failed"
    kind = Kind.REMOTE_UNAVAILABLE
    fields = frozenset({"status", "detail", "retry_after", "target", "limit", "rate_limits", "timed_out"})


class RemoteRejectedError(RemoteError):
    """It understood and said no; the same call will be refused again."""

    code = "remote.rejected"
    kind = Kind.REMOTE_REJECTED


class RemoteSignInError(RemoteError):
    """It does not accept the credentials: the connection's admins must reconnect."""

    code = "remote.sign_in"
    kind = Kind.REMOTE_SIGN_IN


class RemoteThrottledError(RemoteError):
    """It asks to be called less often."""

    code = "remote.throttled"
    kind = Kind.REMOTE_THROTTLED


class RemoteUnavailableError(RemoteError):
    """It can't be reached, or answers with a failure of its own."""

    code = "remote.unavailable"
    kind = Kind.REMOTE_UNAVAILABLE


class OutcomeUnknownError(RemoteError):
    """The request left and no answer came back: it may have taken effect, and is not repeated."""

    code = "outcome.unknown"
    kind = Kind.OUTCOME_UNKNOWN


class MisconfiguredError(HubError):
    """The operator must mend something; `setting` names it."""

    code = "installation.misconfigured"
    kind = Kind.MISCONFIGURED
    fields = frozenset({"setting", "path"})


class IntegrityError(HubError):
    """Stored data was changed outside Jackfield, or moved from where it belongs."""

    code = "integrity.broken"
    kind = Kind.MISCONFIGURED
    fields = frozenset({"what", "row"})


class FeatureOffError(HubError):
    """The connector is switched off (C13)."""

    code = "feature.off"
    kind = Kind.FEATURE_OFF
    fields = frozenset({"feature", "scope", "who_can_change"})
