"""The words of the pages, read from their sources."""

import re
from functools import cache
from pathlib import Path

SOURCES = Path(__file__).parents[2] / "web/src"
_WORD = re.compile(r"^    \w+:\s*(?:'((?:[^'\\]|\\.)+)'|\"((?:[^\"\\]|\\.)+)\"),$", re.MULTILINE)
LONGEST_VALUE = 3


@cache
def english_only() -> frozenset[str]:
    """Every English word or sentence that no German one is like."""
    english: set[str] = set()
    german: set[str] = set()
    for path in SOURCES.rglob("*.ts*"):
        text = path.read_text()
        before, found, after = text.partition("\n  de: {\n")
        if found and "\n  en: {\n" in before:
            english |= _words(before.rpartition("\n  en: {\n")[2])
            german |= _words(after)
    assert len(english) > 50
    # What is shorter may be a setting's own value, as `off`.
    return frozenset(word for word in english - german if len(word) > LONGEST_VALUE)


def _words(text: str) -> set[str]:
    return {one or other for one, other in _WORD.findall(text)}
