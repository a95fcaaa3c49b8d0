"""Regular expressions from users: RE2, whose time is linear in the text (mechanism M18)."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

_MEMORY: Final = 1 << 20
"""What a compiled expression may take, in bytes."""
_LONGEST: Final = 4000


class PatternError(ValueError):
    """The expression can't be used: not well-formed, or with what only backtracking can do."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression; compiled when it is used, and the last ones kept, so that many of them take no memory."""

    source: str
    ignore_case: bool = False
    multiline: bool = False

    @property
    def compiled(self) -> Any:
        """An object with `search`, `fullmatch` and `finditer`.

        Raises:
            PatternError: It is not well-formed, or needs look-around or back-references.
        """
        return _compiled(self)


def read_pattern(source: str, *, ignore_case: bool = False, multiline: bool = False) -> Pattern:
    """A regular expression that can be used.

    Raises:
        PatternError: It can't.
    """
    pattern = Pattern(source, ignore_case, multiline)
    _ = pattern.compiled
    return pattern


@lru_cache(maxsize=64)
def _compiled(pattern: Pattern) -> Any:
    source = pattern.source
    if len(source) > _LONGEST:
        raise PatternError(f"a regular expression has at most {_LONGEST} characters")
    re2 = _library()
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    options.case_sensitive = not pattern.ignore_case
    flags = "(?m)" if pattern.multiline else ""
    try:
        return re2.compile(flags + source, options)
    except re2.error as error:
        detail: Any = error.args[0] if error.args else ""
        said = detail.decode("utf-8", "replace") if isinstance(detail, bytes) else str(detail)
        raise PatternError(f"the regular expression /{source[:100]}/ can't be used: {said}") from None


def _library() -> Any:
    """RE2, which has no types; loaded with the first expression, as most definitions have none and it takes 4 MB."""
    import re2  # noqa: PLC0415

    return re2
