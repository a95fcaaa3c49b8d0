"""Functions of texts. Nothing in, nothing out; what makes text says before how much."""

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from typing import Any, Final, cast
from urllib.parse import quote, unquote_to_bytes

from jackfield.states.jsonata.data import UNDEFINED, Matcher, Sequence, is_function
from jackfield.states.jsonata.errors import JsonataError
from jackfield.states.jsonata.evaluation import Evaluation
from jackfield.states.jsonata.texts import to_text

_SPACE: Final = re.compile(r"[ \t\n\r]+")
_COMPONENT: Final = "-_.!~*'()"
_URL: Final = _COMPONENT + ";/?:@&=+$,#"
_ESCAPED: Final = re.compile(r"(?:%[0-9A-Fa-f]{2})+")


def string(run: Evaluation, value: Any, is_pretty: Any = UNDEFINED) -> Any:
    """`$string`."""
    text = to_text(run, value, is_pretty=is_pretty is True)
    return UNDEFINED if text is None else text


def substring(_: Evaluation, text: Any, start: Any, length: Any = UNDEFINED) -> Any:
    """`$substring`."""
    if text is UNDEFINED:
        return UNDEFINED
    first = int(start) if start is not UNDEFINED else 0
    if len(text) + first < 0:
        first = 0
    if length is UNDEFINED:
        return text[first:]
    if length <= 0:
        return ""
    end = first + length if first >= 0 else len(text) + first + length
    return text[first : int(end)]


def substring_before(_: Evaluation, text: Any, part: Any) -> Any:
    """`$substringBefore`."""
    if text is UNDEFINED or part is UNDEFINED:
        return text
    at = text.find(part)
    return text if at < 0 else text[:at]


def substring_after(_: Evaluation, text: Any, part: Any) -> Any:
    """`$substringAfter`."""
    if text is UNDEFINED or part is UNDEFINED:
        return text
    at = text.find(part)
    return text if at < 0 else text[at + len(part) :]


def lowercase(run: Evaluation, text: Any) -> Any:
    """`$lowercase`."""
    return UNDEFINED if text is UNDEFINED else _made(run, text).lower()


def uppercase(run: Evaluation, text: Any) -> Any:
    """`$uppercase`."""
    return UNDEFINED if text is UNDEFINED else _made(run, text).upper()


def _made(run: Evaluation, text: str) -> str:
    run.write(len(text))
    return text


def length(_: Evaluation, text: Any) -> Any:
    """`$length`."""
    return UNDEFINED if text is UNDEFINED else len(text)


def trim(run: Evaluation, text: Any) -> Any:
    """`$trim`: white space inside becomes one blank."""
    return UNDEFINED if text is UNDEFINED else _SPACE.sub(" ", _made(run, text)).strip(" ")


def pad(run: Evaluation, text: Any, width: Any, filler: Any = UNDEFINED) -> Any:
    """`$pad`: to the right, or to the left with a negative width."""
    if text is UNDEFINED or width is UNDEFINED:
        return text
    missing = int(abs(width)) - len(text)
    if missing <= 0:
        return text
    run.write(missing + len(text))
    unit = " " if filler is UNDEFINED or not filler else filler
    padding = (unit * (missing // len(unit) + 1))[:missing]
    return text + padding if width > 0 else padding + text


def _matches(run: Evaluation, matcher: Any, text: str) -> Iterator[dict[str, Any]]:
    """What a regular expression, or a function like one, finds."""
    if isinstance(matcher, Matcher):
        yield from run.matches(matcher, text)
        return
    found: Any = _checked(run.apply(matcher, [text]))
    while found is not UNDEFINED:
        yield found
        following: Any = found.get("next")
        found = _checked(run.apply(following, [])) if is_function(following) else UNDEFINED


def _checked(found: Any) -> Any:
    if found is UNDEFINED or found is None:
        return UNDEFINED
    match = cast("dict[str, Any]", found) if type(found) is dict else {}
    if type(match.get("start")) is not int or type(match.get("end")) is not int or type(match.get("match")) is not str:
        raise JsonataError("T1010")
    return match


def contains(run: Evaluation, text: Any, part: Any) -> Any:
    """`$contains`."""
    if text is UNDEFINED or part is UNDEFINED:
        return UNDEFINED
    if type(part) is str:
        return part in text
    if isinstance(part, Matcher):
        return run.match(part, text) is not UNDEFINED
    return _checked(run.apply(part, [text])) is not UNDEFINED


def match(run: Evaluation, text: Any, matcher: Any, limit: Any = UNDEFINED) -> Any:
    """`$match`."""
    if text is UNDEFINED:
        return UNDEFINED
    _require_limit(limit, "D3040")
    made = Sequence()
    if limit is not UNDEFINED and limit <= 0:
        return made
    for found in _matches(run, matcher, text):
        groups = found.get("groups", [])
        made.append({"match": found["match"], "index": found["start"], "groups": _present(groups)})
        run.spend(2)
        if limit is not UNDEFINED and len(made) >= limit:
            break
    return made


def _present(groups: Any) -> list[Any]:
    found = cast("list[Any]", groups) if isinstance(groups, list) else []
    return ["" if one is UNDEFINED else one for one in found]


def _require_limit(limit: Any, code: str) -> None:
    if limit is not UNDEFINED and limit < 0:
        raise JsonataError(code, value=limit)


def replace(run: Evaluation, text: Any, pattern: Any, replacement: Any, limit: Any = UNDEFINED) -> Any:
    """`$replace`."""
    if text is UNDEFINED:
        return UNDEFINED
    if pattern == "":
        raise JsonataError("D3010")
    _require_limit(limit, "D3011")
    if pattern is UNDEFINED or replacement is UNDEFINED:
        raise JsonataError("T0410", index=2 if pattern is UNDEFINED else 3, token="replace")  # noqa: S106  # no secret
    if limit is not UNDEFINED and limit <= 0:
        return text
    if type(pattern) is str:
        if type(replacement) is not str:
            raise JsonataError("D3012")
        number = text.count(pattern) if limit is UNDEFINED else min(text.count(pattern), int(limit))
        run.write(len(text) + number * len(replacement))
        return text.replace(pattern, replacement, -1 if limit is UNDEFINED else int(limit))
    return _replace_matches(run, text, pattern, replacement, limit)


def _replace_matches(run: Evaluation, text: str, matcher: Any, replacement: Any, limit: Any) -> str:
    fill = _filler(replacement) if type(replacement) is str else None
    parts: list[str] = []
    position = 0
    for count, found in enumerate(_matches(run, matcher, text)):
        if limit is not UNDEFINED and count >= limit:
            break
        parts.append(text[position : found["start"]])
        new = fill(found) if fill is not None else run.apply(replacement, [found])
        if type(new) is not str:
            raise JsonataError("D3012", value=new)
        run.write(len(new))
        parts.append(new)
        position = found["start"] + len(found["match"])
        run.spend(2)
    run.write(len(text))
    return "".join(parts) + text[position:]


def _filler(replacement: str) -> Callable[[dict[str, Any]], str]:
    """`$0` is the match, `$1` its first group, `$$` a dollar."""
    pieces = re.findall(r"\$\$|\$\d+|\$|[^$]+", replacement)

    def fill(found: dict[str, Any]) -> str:
        groups = found.get("groups", [])
        return "".join(_filled(one, found["match"], groups) for one in pieces)

    return fill


def _filled(piece: str, matched: str, groups: list[Any]) -> str:
    if not piece.startswith("$") or piece == "$":
        return piece
    if piece == "$$":
        return "$"
    digits = piece[1:]
    if digits.startswith("0"):
        return matched + digits[1:]
    # As many digits as the number of groups has; one less where that is too much.
    most = len(str(len(groups))) if groups else 1
    used = digits[:most]
    if most > 1 and int(used) > len(groups):
        used = digits[: most - 1]
    index = int(used)
    rest = digits[len(str(index)) :]
    group = groups[index - 1] if 0 < index <= len(groups) else ""
    return ("" if group is UNDEFINED else group) + rest


def split(run: Evaluation, text: Any, separator: Any, limit: Any = UNDEFINED) -> Any:
    """`$split`."""
    if text is UNDEFINED:
        return UNDEFINED
    _require_limit(limit, "D3020")
    most = None if limit is UNDEFINED else int(limit)
    if most == 0:
        return []
    if separator is UNDEFINED:
        return [text]
    run.write(len(text))
    if type(separator) is str:
        pieces = text.split(separator) if separator else list(text)
        run.spend(len(pieces))
        return pieces[:most]
    parts: list[str] = []
    start = 0
    for found in _matches(run, separator, text):
        if most is not None and len(parts) >= most:
            break
        parts.append(text[start : found["start"]])
        start = found["end"]
        run.spend(2)
    if most is None or len(parts) < most:
        parts.append(text[start:])
    return parts


def join(run: Evaluation, items: Any, separator: Any = UNDEFINED) -> Any:
    """`$join`."""
    if items is UNDEFINED:
        return UNDEFINED
    between = "" if separator is UNDEFINED else separator
    run.write(sum(map(len, items)) + len(between) * len(items))
    return between.join(items)


def base64_encode(run: Evaluation, text: Any) -> Any:
    """`$base64encode`: of the text's UTF-8."""
    if text is UNDEFINED:
        return UNDEFINED
    run.write(len(text) * 2)
    return base64.b64encode(text.encode()).decode()


def base64_decode(run: Evaluation, text: Any) -> Any:
    """`$base64decode`."""
    if text is UNDEFINED:
        return UNDEFINED
    run.write(len(text))
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4)).decode()
    except (ValueError, binascii.Error):
        raise JsonataError("D9002", message="$base64decode: the text is not Base64 of UTF-8") from None


def _encode(run: Evaluation, text: Any, safe: str) -> Any:
    if text is UNDEFINED:
        return UNDEFINED
    run.write(len(text) * 3)
    try:
        return quote(text, safe=safe)
    except UnicodeEncodeError:
        raise JsonataError("D3140", value="the text") from None


def encode_url_component(run: Evaluation, text: Any) -> Any:
    """`$encodeUrlComponent`."""
    return _encode(run, text, _COMPONENT)


def encode_url(run: Evaluation, text: Any) -> Any:
    """`$encodeUrl`."""
    return _encode(run, text, _URL)


def _decode(run: Evaluation, text: Any, kept: str) -> Any:
    if text is UNDEFINED:
        return UNDEFINED
    run.write(len(text))
    if re.search(r"%(?![0-9A-Fa-f]{2})", text):
        raise JsonataError("D3140", value=text)

    def one(found: re.Match[str]) -> str:
        try:
            plain = unquote_to_bytes(found[0]).decode()
        except UnicodeDecodeError:
            raise JsonataError("D3140", value=text) from None
        return "".join(f"%{ord(each):02X}" if each in kept else each for each in plain)

    return _ESCAPED.sub(one, text)


def decode_url_component(run: Evaluation, text: Any) -> Any:
    """`$decodeUrlComponent`."""
    return _decode(run, text, "")


def decode_url(run: Evaluation, text: Any) -> Any:
    """`$decodeUrl`."""
    return _decode(run, text, ";/?:@&=+$,#")
