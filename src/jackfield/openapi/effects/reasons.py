"""Why a call counts as what it counts as, in sentences for people; every word of a document in them is quoted."""

from typing import Final

from jackfield.kernel import Effect

THE_OPERATION_ID: Final = "its operationId"
THE_NAME: Final = "the name that its vendor gives it"
THE_PATH: Final = "its path"
THE_SUMMARY: Final = "its summary"


def by_method(method: str, effect: Effect | None) -> str:
    """What HTTP says; None where it says nothing."""
    match effect:
        case Effect.READ:
            return f"{method} only reads, as HTTP has it"
        case Effect.DESTRUCTIVE:
            return f"{method} removes, as HTTP has it"
        case None:
            return f"HTTP does not say what {method} does, so it counts as a change"
        case _:
            return f"{method} may change anything, as HTTP has it"


def by_words(effect: Effect, words: str, place: str) -> str:
    """What the words of a place say."""
    match effect:
        case Effect.DESTRUCTIVE:
            return f"“{words}” in {place} says that it removes or ends something"
        case Effect.SENDS_OUT:
            return f"“{words}” in {place} says that people or systems elsewhere get something"
        case Effect.WRITE:
            return f"“{words}” in {place} says that it changes something"
        case Effect.READ:
            return f"“{words}” in {place} says that it only reads"


def by_mark(effect: Effect, mark: str) -> str:
    """What a mark of the document for programs says."""
    match effect:
        case Effect.DESTRUCTIVE:
            return f"the document marks it as one that removes or ends something ({mark})"
        case Effect.READ:
            return f"the document marks it as one that only reads ({mark})"
        case _:
            return f"the document marks it as one that has consequences ({mark})"


def repeated_as_read() -> str:
    """For what only reads."""
    return "it only reads"


def repeated_with_key(header: str) -> str:
    """For what takes an idempotency key."""
    return f"with the same key in {header} it is done once"


def repeated_by_method(method: str) -> str:
    """For what HTTP says is idempotent (RFC 9110 §9.2.2)."""
    return f"{method} does the same twice as once, as HTTP has it"


def repeated_never() -> str:
    """For all others."""
    return "twice may be twice, and nothing says otherwise"


def repeated_never_by_words(words: str) -> str:
    """For what HTTP calls idempotent and the document doesn't."""
    return f"“{words}” may do more the second time"
