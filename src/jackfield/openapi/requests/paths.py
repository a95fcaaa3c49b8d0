"""Paths: a value stays in its segment, whatever it is (case D20, mechanism M13)."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote, unquote

from jackfield.openapi.errors import ArgumentError
from jackfield.openapi.models import Operation, Parameter, Place
from jackfield.openapi.requests.percent import encode, encode_in_path, json_text, text_of
from jackfield.openapi.requests.styles import expand_path, is_undefined, join_inner

_VARIABLE: Final = re.compile(r"\{([^{}]+)\}")
_LITERAL: Final = "/-._~!$&'()*+,;=:@%"
_DECODINGS: Final = 3
_LONGEST: Final = 64 * 1024


def build_path(operation: Operation, values: Mapping[str, Any], *, may_be_empty: frozenset[str]) -> tuple[str, str]:
    """The path with its values, and the query that the template has itself.

    Args:
        operation: Its template and parameters.
        values: By the parameters' names.
        may_be_empty: Parameters whose schema names the empty text as a value.

    Raises:
        ArgumentError: A value would leave its segment, or can't be in a path.
    """
    segments, fixed = _read_template(operation.path)
    parameters = {one.name: one for one in operation.parameters if one.place is Place.PATH}
    built = [one.literals[0] if not one.names else _fill(one, parameters, values, may_be_empty) for one in segments]
    path = "/".join(built)
    if path.count("/") != len(segments) - 1 or len(path) > _LONGEST:
        raise ArgumentError(f"the path would have more than {_LONGEST} characters", field="path")
    return path, fixed


def fixed_query(template: str) -> str:
    """The query that a path's template has itself, encoded; variables in it are parameters."""
    return _read_template(template)[1]


@dataclass(frozen=True, slots=True)
class _Segment:
    """Of a template: variables, and what stands encoded before, between and behind them."""

    names: tuple[str, ...]
    literals: tuple[str, ...]


@lru_cache(maxsize=1024)
def _read_template(text: str) -> tuple[tuple[_Segment, ...], str]:
    """The segments of a template, and the query that it has itself."""
    template, _, query = text.partition("#")[0].partition("?")
    segments = tuple(
        _Segment(tuple(_VARIABLE.findall(one)), tuple(quote(part, safe=_LITERAL) for part in _VARIABLE.split(one)[::2]))
        for one in template.split("/")
    )
    fixed = [one for one in query.split("&") if one and not _VARIABLE.search(one)]
    return segments, quote("&".join(fixed), safe=_LITERAL + "?")


def _fill(
    segment: _Segment, parameters: Mapping[str, Parameter], values: Mapping[str, Any], may_be_empty: frozenset[str]
) -> str:
    built = segment.literals[0]
    for name, literal in zip(segment.names, segment.literals[1:], strict=True):
        built += _value(parameters[name], values[name]) + literal
    if built or not may_be_empty.issuperset(segment.names):
        _check(built, parameters[segment.names[0]].argument)
    return built


def _value(parameter: Parameter, value: Any) -> str:
    if parameter.media_type is not None:
        text = encode(value if isinstance(value, str) and not is_json(parameter.media_type) else json_text(value))
    elif is_undefined(value):
        raise ArgumentError(f"{parameter.argument} needs a value: it is part of the path", field=parameter.argument)
    else:
        function = encode_in_path if parameter.allow_reserved else encode
        whole = join_inner(value, parameter.item_styles, parameter.argument)
        text = expand_path(
            parameter.name, parameter.style, whole, function, parameter.argument, explode=parameter.explode
        )
    for one in _readings(text):
        if not one.isprintable() and any(unicodedata.category(character) == "Cc" for character in one):
            raise ArgumentError(
                f"{parameter.argument} holds a control character, which can't be in a path", field=parameter.argument
            )
    return text


def is_json(media_type: str) -> bool:
    """Whether it is JSON, or built on it."""
    name = media_type.partition(";")[0].strip().lower()
    return name in {"application/json", "text/json"} or name.endswith("+json")


def _readings(text: str) -> list[str]:
    """As it is, and as it is after one to three decodings."""
    found = [text]
    if "%" not in text:
        return found
    for _ in range(_DECODINGS + 1):
        found.append(unquote(found[-1], errors="replace"))
    return found


def _check(segment: str, argument: str) -> None:
    """No segment that a server or a proxy takes for the way up, or for none."""
    for one in _readings(segment):
        if one in {"", ".", ".."}:
            said = f"{one!r} is a way to another path" if one else "an empty value would be another path"
            raise ArgumentError(f"{argument} can't have this value: {said}", field=argument)


def shown(value: Any) -> str:
    """A value in a message."""
    text = text_of(value)
    return text if len(text) <= 60 else text[:60] + "…"
