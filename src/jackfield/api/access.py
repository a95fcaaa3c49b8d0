"""What every route declares before it exists: who may knock, and with which scope (M09, case D12).

This is the first of two nets. What somebody may do to which object is decided by the services, which ask with the
caller that this door made.
"""

from dataclasses import dataclass

from jackfield.directory import Caller, Scope
from jackfield.errors import ForbiddenError


class ScopeMissingError(ForbiddenError):
    """The API token wasn't made for this."""

    code = "token.scope_missing"


class SessionNeededError(ForbiddenError):
    """A person must be there: API tokens can't do this."""

    code = "session.needed"


@dataclass(frozen=True, slots=True)
class Access:
    """Who may knock at a route."""

    scope: Scope | None
    """What an API token must have been made for; None is anybody, signed in or not."""
    by_token: bool = True
    """False where a person must be there with a session: tokens and passwords are not to be made by tokens."""
    is_counted: bool = True
    """Whether it counts towards how often one may ask; files of the web pages come by the dozen and cost nothing."""

    @property
    def is_public(self) -> bool:
        """Whether nobody needs to say who he is."""
        return self.scope is None

    def require(self, caller: Caller) -> None:
        """Let the caller in.

        Raises:
            ScopeMissingError: His token lacks the scope.
            SessionNeededError: He came with a token where that can't do.
        """
        if caller.principal.token_id is not None and not self.by_token:
            raise SessionNeededError("this can't be done with an API token; sign in", rule="by a person")
        if self.scope is not None and self.scope not in caller.principal.scopes:
            raise ScopeMissingError(
                f"this API token lacks the scope {self.scope.value}; make one that has it",
                rule=f"scope {self.scope.value}",
            )


PUBLIC = Access(None)
"""Anybody."""
STATIC = Access(None, is_counted=False)
"""Anybody, for files that are the same for everybody."""


def needs(scope: Scope, *, by_token: bool = True) -> Access:
    """Somebody signed in, or an API token with this scope."""
    return Access(scope, by_token)
