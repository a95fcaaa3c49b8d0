"""Queries: one parameter is one value (case D21)."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

from jackfield.openapi.errors import ArgumentError
from jackfield.openapi.models import Operation, Parameter, Place
from jackfield.openapi.requests.paths import is_json
from jackfield.openapi.requests.percent import encode, encode_reserved, json_text
from jackfield.openapi.requests.styles import Pairs, expand_pairs, join_inner

_FORM: Final = "application/x-www-form-urlencoded"


def build_query(operation: Operation, values: Mapping[str, Any], taken: Mapping[str, AbstractSet[str]]) -> Pairs:
    """The query parameters that have values, in encoded pairs.

    `taken` says for each parameter what others are called, encoded: an exploded object must not have members that are
    called like another parameter, nor like an API key.

    Raises:
        ArgumentError: One does, or a value can't be sent in the style of its parameter.
    """
    pairs: Pairs = []
    for one in operation.parameters:
        if one.place is not Place.QUERY or values.get(one.name) is None:
            continue
        found = _pairs(one, values[one.name])
        for key, _ in found:
            if key in taken[one.name]:
                raise ArgumentError(
                    f"{one.argument} has a member that is called like another parameter, {key!r}", field=one.argument
                )
        pairs += found
    return pairs


def _pairs(parameter: Parameter, value: Any) -> Pairs:
    if parameter.media_type is not None:
        return [(encode(parameter.name), encode(content_text(parameter, value)))]
    return expand_pairs(
        parameter.name,
        parameter.style,
        join_inner(value, parameter.item_styles, parameter.argument),
        encode_reserved if parameter.allow_reserved else encode,
        parameter.argument,
        explode=parameter.explode,
        encode_name=encode,
    )


def content_text(parameter: Parameter, value: Any) -> str:
    """The text of a parameter that has a media type.

    Raises:
        ArgumentError: Only a text can be sent as that.
    """
    if is_json(str(parameter.media_type)):
        return json_text(value)
    if isinstance(value, (dict, list)):
        raise ArgumentError(
            f"{parameter.argument} is {parameter.media_type}: write it as a text", field=parameter.argument
        )
    return value if isinstance(value, str) else json_text(value)


def is_form(media_type: str | None) -> bool:
    """Whether it is a form in a URL's encoding."""
    return (media_type or "").partition(";")[0].strip().lower() == _FORM
