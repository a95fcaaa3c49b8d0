"""The functions that AWS Step Functions adds to JSONata."""

import hashlib
import json
from typing import Any, Final, NoReturn

from jackfield.states.jsonata.data import UNDEFINED, Sequence, number
from jackfield.states.jsonata.errors import JsonataError
from jackfield.states.jsonata.evaluation import Evaluation

_HASHES: Final = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
_LONGEST_RANGE: Final = 1000


def _refuse(message: str) -> NoReturn:
    raise JsonataError("D9002", message=message)


def partition(run: Evaluation, items: Any, size: Any) -> Any:
    """`$partition`: the array in pieces."""
    if items is UNDEFINED or size is UNDEFINED:
        return UNDEFINED
    whole = int(size)
    if whole < 1:
        _refuse("$partition: the size is above 0")
    run.spend(len(items))
    return [items[start : start + whole] for start in range(0, len(items), whole)]


def number_range(run: Evaluation, first: Any, last: Any, step: Any) -> Any:
    """`$range`: the numbers from the first to the last, both included."""
    if UNDEFINED in (first, last, step):
        return UNDEFINED
    if step == 0:
        _refuse("$range: the step is not 0")
    if (last - first) / step >= _LONGEST_RANGE:
        _refuse(f"$range makes at most {_LONGEST_RANGE} items")
    made: list[Any] = []
    one = first
    while one <= last if step > 0 else one >= last:
        made.append(number(one))
        one = first + len(made) * step
    run.spend(len(made))
    return Sequence(made)


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
    return run.chance.number(None if seed is UNDEFINED else seed)


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
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        _refuse("$parse: the text is no JSON")
