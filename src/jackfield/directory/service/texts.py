"""Free texts that people give, cleaned at the edge."""

import unicodedata

from jackfield.errors import InvalidError

_MAX_DESCRIPTION = 2000


def clean_description(text: str) -> str:
    """A description: trimmed, in NFC, of at most 2,000 characters, on as many lines as it likes.

    Raises:
        InvalidError: Too long, or with control characters other than a line's end.
    """
    cleaned = unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip()
    if len(cleaned) > _MAX_DESCRIPTION:
        raise InvalidError(f"description must have at most {_MAX_DESCRIPTION} characters", field="description")
    if any(unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\t" for char in cleaned):
        raise InvalidError("description must not have control characters", field="description")
    return cleaned


def clean_search(text: str) -> str:
    """What to search for, without the characters that no name has."""
    return "".join(char for char in text if unicodedata.category(char) not in {"Cc", "Cs"})[:200]
