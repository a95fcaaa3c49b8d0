"""How a use case of connections says no.

Most refusals are `ForbiddenError`s made from a decision; these are the others. Their codes are stable.

    connection.not_found          unknown, or not for this person to know
    connection.name_taken         another one of the business unit has the name (C4)
    connection.name_ambiguous     a name was used that means several
    connection.not_connected      its test has never succeeded (C1)
    connection.details_fixed      connected once, it keeps its general details (C5)
    connection.secret_required    another origin needs credentials of its own (D08)
    connection.other_account      the new credentials are those of another account (C14)
    connection.last_admin         nobody would be left to administer it (C6)
    connection.in_use             something that counts refers to it (C11)
    connection.nothing_to_restore the replaced credentials are no longer kept (C5)
    connection.changed            somebody changed it meanwhile
"""

from collections.abc import Sequence

from jackfield.directory import Decision
from jackfield.errors import ConflictError, FeatureOffError, JsonValue, NotFoundError


class ConnectionNotFoundError(NotFoundError):
    """Unknown, or not for this person to know: the two look the same."""

    code = "connection.not_found"


class NameTakenError(ConflictError):
    """Names are unique in a business unit (C4)."""

    code = "connection.name_taken"


class NameAmbiguousError(ConflictError):
    """The name means several connections of this person's business units."""

    code = "connection.name_ambiguous"


class NotConnectedError(ConflictError):
    """Its test has never succeeded, so it can't be used (C1)."""

    code = "connection.not_connected"


class DetailsFixedError(ConflictError):
    """Connector and general details of a connection that has been connected can't change (C5)."""

    code = "connection.details_fixed"


class SecretRequiredError(ConflictError):
    """Credentials belong to their origin; for another one they must be entered anew (D08)."""

    code = "connection.secret_required"


class OtherAccountError(ConflictError):
    """The new credentials are those of another account; `expected` names it, to be accepted by name (C14)."""

    code = "connection.other_account"


class LastAdminError(ConflictError):
    """The last admin can't be removed (C6)."""

    code = "connection.last_admin"


class InUseError(ConflictError):
    """Something that counts refers to it; `blockers` lists what may be seen, `hidden_blockers` counts the rest (C11)."""

    code = "connection.in_use"


class NothingToRestoreError(ConflictError):
    """The replaced credentials are no longer kept, or there never were any (C5)."""

    code = "connection.nothing_to_restore"


class ConnectionChangedError(ConflictError):
    """Somebody changed it meanwhile; read it again."""

    code = "connection.changed"


def unknown_connection() -> ConnectionNotFoundError:
    """The one answer to every id and name that isn't for this person."""
    return ConnectionNotFoundError("there is no such connection, or it is not for you to see", what="connection")


def not_connected(decision: Decision) -> NotConnectedError:
    """From a decision by C1."""
    return NotConnectedError(decision.reason, rule=decision.rule)


def details_are_fixed(decision: Decision) -> DetailsFixedError:
    """From a decision by C5."""
    return DetailsFixedError(decision.reason, rule=decision.rule, field="details")


def connector_is_off(connector: str, decision: Decision) -> FeatureOffError:
    """From a decision by C13."""
    return FeatureOffError(decision.reason, feature=connector, who_can_change=decision.who_can_change)


def changed_meanwhile(version: int) -> ConnectionChangedError:
    """Somebody was faster; `version` is what he made of it."""
    return ConnectionChangedError(
        "the connection was changed by somebody else meanwhile; read it again", expected=version
    )


def in_use(blockers: Sequence[JsonValue], hidden: dict[str, JsonValue]) -> InUseError:
    """What stands in the way of deleting (C11)."""
    count = len(blockers) + sum(number for number in hidden.values() if isinstance(number, int))
    return InUseError(
        f"the connection can't be deleted: {count} active use{'' if count == 1 else 's'} of it would break; "
        "change or end them first",
        rule="C11",
        blockers=list(blockers),
        hidden_blockers=hidden,
    )
