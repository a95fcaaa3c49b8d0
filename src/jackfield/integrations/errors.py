"""How a use case of custom integrations says no.

integration.not_found              unknown, or not for this person to know
integration.changed                somebody changed it meanwhile
method.not_found                   unknown, or not for this person to know (O7)
method.not_granted                 a step of a process would call it by the right of somebody who hasn't got it (O5)
method.held                        it changed its meaning and waits to be accepted (D26)
method.changed                     the document got another version while the call was prepared
methods.in_use                     an update would remove methods that are granted, or that something in force uses (O9)
confirmation.unavailable           the grant asks for a confirmation, which nobody can give yet (O6)
responsibilities.not_accepted      the box was not ticked, or another text was (O3)
access_groups.fixed                they can't change after creation (O1)
grant.outside_access_groups        it would reach beyond them, where it would be useless (O5)
grant.mixed_levels                 its entries are not all of its one level (O5)
version.not_found                  the document has no such version
document.rejected                  the document can't be read; with pointer, line and column
"""

from collections.abc import Sequence

from jackfield.connections import UsesView
from jackfield.directory import Decision
from jackfield.errors import ConflictError, ForbiddenError, InvalidError, JsonValue, NotFoundError


class IntegrationNotFoundError(NotFoundError):
    """Unknown, or not for this person to know: the two look the same."""

    code = "integration.not_found"


class IntegrationChangedError(ConflictError):
    """Somebody changed it meanwhile; read it again."""

    code = "integration.changed"


class MethodNotFoundError(NotFoundError):
    """Unknown, or not for this person to know: the two look the same (O7)."""

    code = "method.not_found"


class MethodNotGrantedError(ForbiddenError):
    """Whoever publishes a step may read the grants, and they don't let him call its method (O5, C9)."""

    code = "method.not_granted"


class MethodHeldError(ConflictError):
    """It changed its meaning with an update and waits to be accepted (D26)."""

    code = "method.held"


class MethodChangedError(ConflictError):
    """The document got another version while the call was prepared; nothing was sent."""

    code = "method.changed"


class MethodsInUseError(ConflictError):
    """An update would remove methods that are granted or used; `blockers` lists these, and what uses them (O9)."""

    code = "methods.in_use"


class ConfirmationUnavailableError(ForbiddenError):
    """The grant asks for a person's confirmation, and there is nobody who could give it yet (O6)."""

    code = "confirmation.unavailable"


class ResponsibilitiesError(ConflictError):
    """The requirements and responsibilities have not been accepted; `expected` is the version of the text (O3)."""

    code = "responsibilities.not_accepted"


class OutsideAccessGroupsError(ConflictError):
    """A grant would reach beyond the access groups, where it would be useless (O5)."""

    code = "grant.outside_access_groups"


class MixedLevelsError(InvalidError):
    """The entries of a grant are not all of its one level (O5)."""

    code = "grant.mixed_levels"


class DocumentRejectedError(InvalidError):
    """The document can't be read; `pointer`, `line` and `column` say where (O2)."""

    code = "document.rejected"
    fields = InvalidError.fields | {"pointer", "line", "column", "limit"}


def unknown_integration() -> IntegrationNotFoundError:
    """The one answer to every id and name that isn't for this person."""
    return IntegrationNotFoundError(
        "there is no such custom integration, or it is not for you to see", what="integration"
    )


def unknown_method() -> MethodNotFoundError:
    """The one answer to every method that isn't for this person."""
    return MethodNotFoundError("there is no such method, or it is not granted to you", what="method", field="method")


def unknown_method_of(name: str, publisher: str) -> MethodNotFoundError:
    """The one answer where a step's method isn't for whoever publishes it, or has published it."""
    return MethodNotFoundError(
        f"there is no method {name[:64]!r}, or it is not granted to {publisher}, by whose right the step calls it",
        what="method",
        field="method",
    )


def unknown_version() -> NotFoundError:
    """There is no such version of the document."""
    return NotFoundError("there is no such version of the document", code="version.not_found", what="version")


def changed_meanwhile(version: int) -> IntegrationChangedError:
    """Somebody was faster; `version` is what he made of it."""
    return IntegrationChangedError(
        "the integration was changed by somebody else meanwhile; read it again", expected=version
    )


def method_is_held(decision: Decision) -> MethodHeldError:
    """From a decision by O9."""
    return MethodHeldError(decision.reason, rule=decision.rule)


def not_accepted(text_version: str) -> ResponsibilitiesError:
    """The box is not ticked, or for another text."""
    return ResponsibilitiesError(
        "the requirements and responsibilities must be reviewed and accepted first",
        rule="O3",
        field="accept_responsibilities",
        expected=text_version,
    )


def in_use(granted: Sequence[str], used: UsesView, lost: frozenset[str]) -> MethodsInUseError:
    """What an update would take away.

    Args:
        granted: The methods that go and are granted.
        used: What is in force and uses some of those that are lost, as far as one may know.
        lost: The names that would mean nothing any more.
    """
    blockers: list[JsonValue] = [{"kind": "method", "id": one, "label": one} for one in granted]
    for one in used.visible:
        methods: list[JsonValue] = [*sorted(lost.intersection(one.methods))]
        blockers.append(
            {
                "kind": one.kind.value,
                "id": one.id,
                "state": one.state.value,
                "label": one.label,
                "container": one.container,
                "owner": used.owners[one.owner_id],
                "link": one.link,
                "methods": methods,
            }
        )
    return MethodsInUseError(
        f"the update takes away methods in use (granted: {len(granted)}, uses in force: {used.total}); confirm that they "
        "go, or keep the version",
        rule="O9",
        field="confirm_removed",
        blockers=blockers,
        hidden_blockers=dict(used.hidden),
    )
