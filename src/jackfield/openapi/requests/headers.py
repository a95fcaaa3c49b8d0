"""Headers and cookies: a value can't begin another one (case D21, mechanism M14)."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from jackfield.openapi.errors import ArgumentError
from jackfield.openapi.models import Operation, Parameter, Place, Style
from jackfield.openapi.requests.paths import is_json
from jackfield.openapi.requests.percent import encode, encode_in_cookie, json_text, keep, text_of
from jackfield.openapi.requests.styles import Pairs, delimited, expand_pairs, expand_simple, is_undefined, join_inner

_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FIELD: Final = re.compile(r"[\t\x20-\x7e]*")
_COOKIE: Final = re.compile(r"[\x20-\x3a\x3c-\x7e]*")
_LONGEST: Final = 16 * 1024
_DELIMITERS: Final = {Style.SPACE_DELIMITED: " ", Style.PIPE_DELIMITED: "|", Style.TAB_DELIMITED: "\t"}


def check_header(name: str, text: str, argument: str) -> str:
    """The value of a header (RFC 9110 §5.5).

    Raises:
        ArgumentError: It can't be one.
    """
    if not _TOKEN.fullmatch(name):
        raise ArgumentError(f"{argument}: {name!r} can't be the name of a header", field=argument)
    if not _FIELD.fullmatch(text):
        raise ArgumentError(
            f"{argument} can't be sent in a header: only ASCII without line breaks and control characters can",
            field=argument,
        )
    if len(text) > _LONGEST:
        raise ArgumentError(f"{argument} is longer than {_LONGEST} characters, too long for a header", field=argument)
    return text


def build_headers(operation: Operation, values: Mapping[str, Any]) -> dict[str, str]:
    """The header parameters that have values, by their names."""
    found: dict[str, str] = {}
    for one in operation.parameters:
        if one.place is Place.HEADER and values.get(one.name) is not None:
            value = values[one.name]
            if one.media_type is None and is_undefined(value):
                continue
            found[one.name] = check_header(one.name, header_text(one, value), one.argument)
    return found


def header_text(parameter: Parameter, value: Any) -> str:
    """The text of a header parameter, before it is checked."""
    if parameter.media_type is not None:
        is_text = isinstance(value, str) and not is_json(parameter.media_type)
        return value if is_text else _ascii(value)
    if isinstance(value, (list, dict)):
        value = join_inner(value, parameter.item_styles, parameter.argument)
        delimiter = _DELIMITERS.get(parameter.style)
        if delimiter is not None:
            return delimited(value, delimiter, keep, parameter.argument)
        delimited(value, ",", keep, parameter.argument)
        return expand_simple(value, keep, explode=parameter.explode)
    return text_of(value).strip(" \t")


def _ascii(value: Any) -> str:
    """JSON for where only ASCII goes."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def build_cookies(operation: Operation, values: Mapping[str, Any]) -> Pairs:
    """The cookie parameters that have values, in pairs.

    Style `form` encodes, style `cookie` (3.2) doesn't. Exploded values are cookies of their own, since `&` separates
    none (OpenAPI 3.2, appendix D).
    """
    pairs: Pairs = []
    for one in operation.parameters:
        if one.place is Place.COOKIE and values.get(one.name) is not None:
            pairs += _cookies(one, values[one.name])
    return pairs


def _cookies(parameter: Parameter, value: Any) -> Pairs:
    if parameter.media_type is not None:
        text = value if isinstance(value, str) and not is_json(parameter.media_type) else json_text(value)
        return [(check_cookie_name(parameter.name, parameter.argument), encode(text))]
    function = keep if parameter.style is Style.COOKIE else encode_in_cookie if parameter.allow_reserved else encode
    pairs = expand_pairs(
        parameter.name,
        parameter.style,
        value,
        function,
        parameter.argument,
        explode=parameter.explode,
        encode_name=keep,
    )
    return [
        (check_cookie_name(name, parameter.argument), check_cookie(text, parameter.argument)) for name, text in pairs
    ]


def check_cookie(text: str, argument: str) -> str:
    """The value of a cookie.

    Raises:
        ArgumentError: It holds a semicolon, or what can't be in a header.
    """
    if not _COOKIE.fullmatch(text) or len(text) > _LONGEST:
        raise ArgumentError(
            f"{argument} can't be sent in a cookie: only short ASCII without semicolons and control characters can",
            field=argument,
        )
    return text


def check_cookie_name(name: str, argument: str) -> str:
    """The name of a cookie.

    Raises:
        ArgumentError: It can't be one.
    """
    if not _TOKEN.fullmatch(name):
        raise ArgumentError(f"{argument}: {name!r} can't be the name of a cookie", field=argument)
    return name
