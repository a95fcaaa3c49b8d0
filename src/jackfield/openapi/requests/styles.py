"""Styles: how a value becomes text (RFC 6570; OpenAPI 3.2 §4.12.4 and appendix C).

Null is RFC 6570's "undefined": it is left out, alone and as a member. What the tables leave undefined is decided in
docs/openapi.md: exploded delimited styles are the form style, values below the first level are JSON, but for
`deepObject`, where they are further brackets, and for lists in lists of Swagger 2.0, which say how they are joined.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

from jackfield.openapi.errors import ArgumentError
from jackfield.openapi.models import Style
from jackfield.openapi.requests.percent import text_of

Encode = Callable[[str], str]
Pairs = list[tuple[str, str]]

_DELIMITERS: Final[Mapping[Style, str]] = {
    Style.SPACE_DELIMITED: " ",
    Style.PIPE_DELIMITED: "|",
    Style.TAB_DELIMITED: "\t",
}


def _items(value: list[Any]) -> list[str]:
    return [text_of(one) for one in value if one is not None]


def _members(value: Mapping[str, Any]) -> Pairs:
    return [(name, text_of(one)) for name, one in value.items() if one is not None]


def _flat(value: Any, encode: Encode) -> list[str]:
    """Items, or names and values in turn."""
    if isinstance(value, list):
        return [encode(one) for one in _items(cast("list[Any]", value))]
    return [encode(text) for pair in _members(value) for text in pair]


def is_undefined(value: Any) -> bool:
    """Null, and what has no members that are defined (RFC 6570 §2.3)."""
    if isinstance(value, list):
        return not _items(cast("list[Any]", value))
    if isinstance(value, dict):
        return not _members(cast("dict[str, Any]", value))
    return value is None


def delimited(value: Any, delimiter: str, encode: Encode, argument: str) -> str:
    """Items with a delimiter that no item may hold, for the other side couldn't tell them apart.

    Raises:
        ArgumentError: One does.
    """
    texts = _flat(value, keep_text)
    for one in texts:
        if delimiter in one:
            raise ArgumentError(
                f"{argument}: {one[:60]!r} holds {delimiter!r}, which separates the items", field=argument
            )
    return encode(delimiter).join(encode(one) for one in texts)


def join_inner(value: Any, styles: Sequence[Style], argument: str) -> Any:
    """A list with the lists in it joined to texts, by the `collectionFormat` of Swagger 2.0's `items`.

    Args:
        value: Anything; what is no list is given back as it is.
        styles: One for each level below the first.
        argument: Whose value it is.

    Raises:
        ArgumentError: An item holds what separates the items of its list.
    """
    if not styles or not isinstance(value, list):
        return value
    return [_joined(one, styles, argument) for one in cast("list[Any]", value)]


def _joined(value: Any, styles: Sequence[Style], argument: str) -> Any:
    if not isinstance(value, list):
        return value
    inner = join_inner(cast("list[Any]", value), styles[1:], argument)
    return delimited(inner, _DELIMITERS.get(styles[0], ","), keep_text, argument)


def keep_text(text: str) -> str:
    """As it is."""
    return text


def expand_path(name: str, style: Style, value: Any, encode: Encode, argument: str, *, explode: bool) -> str:
    """The text for a path: styles simple, label, matrix, and Swagger 2.0's delimited ones."""
    match style:
        case Style.MATRIX:
            return _expand_matrix(encode(name), value, encode, explode=explode)
        case Style.LABEL:
            return _expand_label(value, encode, explode=explode)
        case Style.SPACE_DELIMITED | Style.PIPE_DELIMITED | Style.TAB_DELIMITED if isinstance(value, (list, dict)):
            return delimited(value, _DELIMITERS[style], encode, argument)
        case _:
            return expand_simple(value, encode, explode=explode)


def _expand_label(value: Any, encode: Encode, *, explode: bool) -> str:
    if isinstance(value, dict) and explode:
        return "".join(f".{encode(key)}={encode(one)}" for key, one in _members(cast("dict[str, Any]", value)))
    if isinstance(value, (list, dict)):
        return "." + ("." if explode else ",").join(_flat(value, encode))
    return "." + encode(text_of(value))


def _expand_matrix(name: str, value: Any, encode: Encode, *, explode: bool) -> str:
    if isinstance(value, list) and explode:
        return "".join(_matrix(name, encode(one)) for one in _items(cast("list[Any]", value)))
    if isinstance(value, dict) and explode:
        return "".join(_matrix(encode(key), encode(one)) for key, one in _members(cast("dict[str, Any]", value)))
    if isinstance(value, (list, dict)):
        return _matrix(name, ",".join(_flat(value, encode)))
    return _matrix(name, encode(text_of(value)))


def _matrix(name: str, text: str) -> str:
    return f";{name}={text}" if text else f";{name}"


def expand_simple(value: Any, encode: Encode, *, explode: bool) -> str:
    """Commas; exploded objects with equal signs. In paths and headers."""
    if isinstance(value, dict) and explode:
        return ",".join(f"{encode(key)}={encode(one)}" for key, one in _members(cast("dict[str, Any]", value)))
    if isinstance(value, (list, dict)):
        return ",".join(_flat(value, encode))
    return encode(text_of(value))


def expand_pairs(
    name: str, style: Style, value: Any, encode: Encode, argument: str, *, explode: bool, encode_name: Encode
) -> Pairs:
    """The pairs for a query, a form or cookies, encoded; none for what is undefined."""
    if is_undefined(value):
        return []
    own = encode_name(name)
    match value:
        case dict() if style is Style.DEEP_OBJECT:
            pairs = _deep(own, cast("dict[str, Any]", value), encode, encode_name)
        case list() if style is Style.DEEP_OBJECT:
            pairs = _deep(own, _numbered(cast("list[Any]", value)), encode, encode_name)
        case list() if explode:
            pairs = [(own, encode(one)) for one in _items(cast("list[Any]", value))]
        case dict() if explode:
            pairs = [(encode_name(key), encode(one)) for key, one in _members(cast("dict[str, Any]", value))]
        case list() | dict() if style in _DELIMITERS:
            pairs = [(own, delimited(value, _DELIMITERS[style], encode, argument))]
        case list() | dict():
            pairs = [(own, ",".join(_flat(value, encode)))]
        case _:
            pairs = [(own, encode(text_of(value)))]
    return pairs


def _numbered(value: list[Any]) -> dict[str, Any]:
    return {str(index): one for index, one in enumerate(value)}


def _deep(prefix: str, value: Mapping[str, Any], encode: Encode, encode_name: Encode) -> Pairs:
    pairs: Pairs = []
    for key, one in value.items():
        name = f"{prefix}{encode_name('[')}{encode_name(key)}{encode_name(']')}"
        if isinstance(one, dict):
            pairs += _deep(name, cast("dict[str, Any]", one), encode, encode_name)
        elif isinstance(one, list):
            pairs += _deep(name, _numbered(cast("list[Any]", one)), encode, encode_name)
        elif one is not None:
            pairs.append((name, encode(text_of(one))))
    return pairs
