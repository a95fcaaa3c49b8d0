"""The functions that AWS Step Functions adds to JSONata.

A number that is to be whole is cut towards zero, as there.
"""

import hashlib
import json
import math
from typing import Any, Final, NoReturn

from jackfield.states.chance import seeded_number
from jackfield.states.jsonata.data import UNDEFINED, Sequence, is_number, number
from jackfield.states.jsonata.errors import JsonataError
from jackfield.states.jsonata.evaluation import Evaluation
from jackfield.states.jsonata.operators import LONGEST_RANGE

_HASHES: Final = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


def _refuse(message: str) -> NoReturn:
    raise JsonataError("D9002", message=message)


def partition(run: Evaluation, items: Any, size: Any) -> Any:
    """`$partition`: the array in pieces; without a size in one, and nothing for a size of 0 or no items."""
    if items is UNDEFINED:
        return UNDEFINED
    if items == [None]:
        _refuse("$partition: null is no array")
    whole = len(items) if size is UNDEFINED else _towards_zero(size)
    if whole < 0:
        _refuse("$partition: the size is not negative")
    if whole == 0:
        return UNDEFINED
    run.spend(len(items))
    return [items[start : start + whole] for start in range(0, len(items), whole)] or UNDEFINED


def number_range(run: Evaluation, first: Any, last: Any, step: Any) -> Any:
    """`$range`: the numbers from the first to the last, both included; nothing where the step doesn't lead there."""
    if first is UNDEFINED or last is UNDEFINED or step is UNDEFINED:
        return UNDEFINED
    start, end, by = _towards_zero(first), _towards_zero(last), _towards_zero(step)
    if by == 0:
        return UNDEFINED
    size = (end - start) // by + 1
    if size > LONGEST_RANGE:
        raise JsonataError("D2014", value=size)
    run.spend(max(0, size))
    return Sequence(map(number, range(start, end + (1 if by > 0 else -1), by)))


def hash_of(run: Evaluation, text: Any, algorithm: Any = UNDEFINED) -> Any:
    """`$hash`: in hexadecimal digits."""
    if text is UNDEFINED or algorithm is UNDEFINED:
        return UNDEFINED
    if algorithm not in _HASHES:
        _refuse(f"$hash knows {', '.join(_HASHES)}")
    run.write(len(text))
    return hashlib.new(_HASHES[algorithm], text.encode(), usedforsecurity=False).hexdigest()


def random_number(run: Evaluation, seed: Any = UNDEFINED) -> Any:
    """`$random`: from 0 to less than 1; with a seed, always the same."""
    return run.chance.number() if seed is UNDEFINED else seeded_number(_towards_zero(seed))


def uuid(run: Evaluation) -> Any:
    """`$uuid`: of version 4."""
    return run.chance.uuid()


def parse(run: Evaluation, text: Any) -> Any:
    """`$parse`: the JSON value of a text."""
    if text is UNDEFINED:
        return UNDEFINED
    run.write(len(text))
    run.spend(len(text) >> 3)
    try:
        return json.loads(
            text,
            parse_constant=_refuse,
            parse_float=_finite,
            object_pairs_hook=_without_repetition,
        )
    except (ValueError, RecursionError):
        _refuse("$parse: the text is no JSON")


def _finite(text: str) -> int | float:
    found = float(text)
    if not math.isfinite(found):
        _refuse("$parse: the text is no JSON")
    return number(found)


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        _refuse("$parse: the text is no JSON")
    return made


def _towards_zero(value: float) -> int:
    if not is_number(value):
        _refuse("NaN is no whole number")
    return int(value)
