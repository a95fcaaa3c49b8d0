"""What the server says, in the reader's language (E7).

English stands in the code, where one reads it, and in what is stored: the record and a connection's reason. It becomes
another language when it is shown. Beside the code of each package lies `de.json`, from English sentences to German ones:

    "the API token lacks the scope {1}": "dem API-Token fehlt der Umfang {1}"

A sentence is recognised by its own words, and what stood in its gaps is put into the German one, itself translated if it
is one of ours. What isn't known stays English. Tests hold that nothing is missing, and nothing left over.

`Words` is the type of what an answer says in sentences of ours; it is written in the language of the request.
"""

import json
import re
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from functools import cache
from importlib.resources import as_file, files
from typing import Annotated, Any, Final

from pydantic import PlainSerializer

from jackfield.api.security import RawHeaders, header_values
from jackfield.connectors.http.sign_in import NAMELESS

_LANGUAGES: Final = ("de",)
"""Beside English, which is what everything is said in first."""
_GAP: Final = re.compile(r"\{(\d)\}")
_MOST: Final = 2000
"""Longer texts are not ours."""
_DEEPEST: Final = 4


class _Sentence:
    """A sentence with gaps, and the same in the other language."""

    def __init__(self, source: str, target: str) -> None:
        parts = _GAP.split(source)
        self._literals = parts[0::2]
        self._numbers = parts[1::2]
        self._target = target
        self.weight = sum(map(len, self._literals))

    @property
    def first(self) -> str:
        """What it begins with."""
        return self._literals[0]

    def match(self, text: str) -> dict[str, str] | None:
        """What stands in its gaps; looks for each literal once, so a long text costs no more than its length."""
        first, *between, last = self._literals
        end = len(text) - len(last)
        if end < len(first) or not text.startswith(first) or not text.endswith(last):
            return None
        found: list[str] = []
        at = len(first)
        for literal in between:
            place = text.find(literal, at, end)
            if place < 0:
                return None
            found.append(text[at:place])
            at = place + len(literal)
        return dict(zip(self._numbers, [*found, text[at:end]], strict=True))

    def fill(self, gaps: Mapping[str, str]) -> str:
        return _GAP.sub(lambda gap: gaps[gap[1]], self._target)


class Texts:
    """One language.

    Args:
        language: As in `de`.
        places: Sentences by their package as in `catalog/mail`; where the same English means several things, the package
            that is asked for comes first.
    """

    def __init__(self, language: str, places: Mapping[str, Mapping[str, str]]) -> None:
        self.language = language
        self._places = places
        self._plain = {source: target for pairs in places.values() for source, target in pairs.items()}
        sentences = [_Sentence(source, target) for source, target in self._plain.items() if _GAP.search(source)]
        # The most exact first: of two that fit, the one that has more words of its own.
        self._sentences = sorted(sentences, key=lambda one: -one.weight)

    @classmethod
    @cache
    def read(cls, language: str) -> "Texts":
        """All that the packages of Jackfield have in this language."""
        with as_file(files("jackfield")) as root:
            found = sorted(root.rglob(f"{language}.json"))
            return cls(
                language,
                {path.parent.relative_to(root).as_posix(): json.loads(path.read_text("utf-8")) for path in found},
            )

    def find(self, text: str, place: str = "", *, depth: int = 0) -> str | None:
        """The text in this language; None if it isn't known."""
        exact = self._places.get(place, {}).get(text) or self._plain.get(text)
        if exact is not None and not _GAP.search(exact):
            return exact
        if len(text) > _MOST or depth >= _DEEPEST:
            return None
        for sentence in self._sentences:
            if (gaps := sentence.match(text)) is not None:
                filled = {number: self.find(gap, place, depth=depth + 1) or gap for number, gap in gaps.items()}
                return sentence.fill(filled)
        return None

    def say(self, text: str, place: str = "") -> str:
        """The text in this language, or as it is."""
        return self.find(text, place) or text


_spoken: ContextVar[Texts | None] = ContextVar("spoken", default=None)


def speak(headers: RawHeaders) -> None:
    """From here on, answer in the language that the request prefers."""
    _spoken.set(texts_for(headers))


def texts_for(headers: RawHeaders) -> Texts | None:
    """The language that a request prefers (RFC 9110 §12.5.4); None is English."""
    offers = [one for value in header_values(headers, b"accept-language") for one in value.split(",")]
    for name in _by_preference(offers):
        primary = name.partition("-")[0]
        if primary in _LANGUAGES:
            return Texts.read(primary)
        if primary in {"en", "*"}:
            return None
    return None


def _by_preference(offers: Iterable[str]) -> list[str]:
    weighed: list[tuple[float, str]] = []
    for offer in list(offers)[:20]:
        name, _, weight = offer.strip().lower().partition(";")
        found = re.fullmatch(r"\s*q=([01](\.\d{0,3})?)\s*", weight)
        preference = float(found[1]) if found else 1.0
        if preference > 0:
            weighed.append((preference, name.strip()))
    return [name for _, name in sorted(weighed, key=lambda one: -one[0])]


def is_said_otherwise() -> bool:
    """Whether this request is answered in another language than English."""
    return _spoken.get() is not None


def say(text: str, place: str = "") -> str:
    """A sentence of ours in the language of this request."""
    texts = _spoken.get()
    return text if texts is None else texts.say(text, place)


def place_of(thing: object) -> str:
    """The package whose words something uses, as in `catalog/mail` for a connector."""
    return "/".join(type(thing).__module__.split(".")[1:-1])


def say_schema(schema: Any, place: str) -> Any:
    """A JSON schema in the language of this request, for a form.

    Its titles and descriptions are what people read, and of each `enum` the `enumNames`: beside every value its name,
    made from the value where the schema has none of its own.
    """
    match schema:
        case dict():
            said: dict[str, Any] = {str(name): _said(str(name), value, place) for name, value in schema.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # JSON
            if isinstance(values := said.get("enum"), list):
                names = said.get("enumNames") or [label_of(str(one)) for one in values]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # JSON
                said["enumNames"] = [say(str(one), place) for one in names]
            return said
        case list():
            return [say_schema(one, place) for one in schema]  # pyright: ignore[reportUnknownVariableType]  # JSON
        case _:
            return schema


def _said(name: str, value: Any, place: str) -> Any:
    if name in {"title", "description"} and isinstance(value, str):
        return say(value, place)
    return say_schema(value, place)


def label_of(value: str) -> str:
    """What a value of an `enum` is called: `Encrypt only` for `encrypt_only`; what is all upper case, as GET, stays."""
    return value[:1].upper() + value[1:].replace("_", " ")


def _say_words(text: str) -> str:
    return say(text)


Words = Annotated[str, PlainSerializer(_say_words, return_type=str)]
"""The type of a field that holds sentences of ours."""


_AT: Final = " at "
_ADDRESS: Final = re.compile(r"\S+:\d{1,5}")


def _say_account(text: str) -> str:
    """As whom a system knows us, and where: `API key at tickets.example.com:443`. People's names and addresses stay."""
    name, at, where = text.rpartition(_AT)
    if not at or not _ADDRESS.fullmatch(where):
        return text
    return f"{say(name) if name in NAMELESS else name}{say(at)}{where}"


Account = Annotated[str, PlainSerializer(_say_account, return_type=str)]
"""The type of a field that says which account the other side takes us for."""
