"""Names that people give: cleaned once, at the edge, and compared by their key alone."""

import unicodedata

from jackfield.errors import InvalidError

MAX_LENGTH = 120


def clean_name(text: str, *, field: str = "name", max_length: int = MAX_LENGTH) -> str:
    """The name as it is shown: trimmed, in NFC, inner white space folded to one blank.

    Raises:
        InvalidError: Empty, longer than `max_length` characters, or with control or invisible format characters.
    """
    folded = " ".join(unicodedata.normalize("NFC", text).split())
    if not folded:
        raise InvalidError(f"{field} must not be empty", field=field)
    if len(folded) > max_length:
        raise InvalidError(f"{field} must have at most {max_length} characters", field=field)
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co"} for char in folded):
        raise InvalidError(f"{field} must not have control or invisible characters", field=field)
    return folded


def name_key(name: str) -> str:
    """What two names are compared by: NFKC, case-folded, trimmed (C4)."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
