"""The answer of every access rule: yes or no, by which rule, and who could change it (C17)."""

from dataclasses import dataclass

from jackfield.errors import ForbiddenError


@dataclass(frozen=True, slots=True)
class Decision:
    """What a pure access function says about a principal, an act and an object."""

    allowed: bool
    rule: str
    """The rule that decided: a number of the product's rules as `C6`, or a name as `directory.super_admin`."""
    who_can_change: str = ""
    """Who could make it otherwise, for a person to read; empty where nobody needs to or can."""
    reason: str = ""
    """Why, in one sentence for the person refused; empty when allowed."""

    def error(self, act: str) -> ForbiddenError:
        """The refusal as an error."""
        message = self.reason or f"{act} is refused by {self.rule}"
        return ForbiddenError(message, rule=self.rule, act=act, who_can_change=self.who_can_change)

    def require(self, act: str) -> None:
        """Nothing, if allowed.

        Raises:
            ForbiddenError: It is refused; the error names the rule.
        """
        if not self.allowed:
            raise self.error(act)
