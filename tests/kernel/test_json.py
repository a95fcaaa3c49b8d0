"""JSON as everyone agrees on it."""

import json
from dataclasses import dataclass
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jackfield.errors import HubError, InvalidError, LimitedError
from jackfield.kernel import canonical_json, read_json, write_json

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda deeper: st.lists(deeper, max_size=4) | st.dictionaries(st.text(), deeper, max_size=4),
    max_leaves=20,
)


@pytest.mark.requirement("D35")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b'{"a":1,"a":2}', "json.duplicate_name"),
        (b'{"a":1,"a" :2}', "json.duplicate_name"),
        (b'{"a":1,"a"\n:2}', "json.duplicate_name"),
        (b'{"a":1,"\\u0061":2}', "json.duplicate_name"),
        (b'{"x":"\\":","b":{"a":[{"a":1,"a":2}]}}', "json.duplicate_name"),
        (b'{"a":NaN}', "json.invalid"),
        (b"[Infinity]", "json.invalid"),
        (b"[1e999]", "json.invalid"),
        (b"[" * 200_000, "json.too_deep"),
        (b"[" * 65 + b"]" * 65, "json.too_deep"),
        (b'{"a":' * 70 + b"1" + b"}" * 70, "json.too_deep"),
        (b"[" + b"9" * 5000 + b"]", "json.invalid"),
        (b"\xff\xfe", "json.invalid"),
        (b"", "json.invalid"),
        (b'{"a":1', "json.invalid"),
        (b'["\\ud800"]', "json.invalid"),
        (b'{"\\udfff":1}', "json.invalid"),
    ],
)
def test_what_parsers_disagree_on_is_refused_with_a_code(text: bytes, code: str) -> None:
    with pytest.raises(HubError) as caught:
        read_json(text)

    assert caught.value.code == code
    assert isinstance(caught.value, (InvalidError, LimitedError))


def test_too_many_names_are_refused() -> None:
    many = json.dumps({str(number): 1 for number in range(10_001)}).encode()

    with pytest.raises(LimitedError, match="10000 names"):
        read_json(many)


def test_names_are_counted_over_all_objects_and_colons_in_texts_are_none() -> None:
    just_enough = json.dumps([{str(number): ":" * 10} for number in range(10_000)]).encode()

    read = read_json(just_enough)
    with pytest.raises(LimitedError, match="10000 names"):
        read_json(just_enough[:-1] + b',{"one":"more"}]')

    assert isinstance(read, list)
    assert len(read) == 10_000


@pytest.mark.requirement("D02")
def test_a_refusal_does_not_repeat_what_was_submitted() -> None:
    with pytest.raises(InvalidError) as caught:
        read_json(b'{"password": "canary-4711" "x"')

    assert "canary-4711" not in str(caught.value)
    assert "line 1, column" in str(caught.value)


@dataclass(frozen=True)
class Object:
    """An object as it may be written: a name may stand twice in it."""

    members: list[tuple[str, Any]]


SPELLED = st.recursive(
    st.integers(0, 9) | st.sampled_from(["", 'a":', ": ", 'b\\": "', "x : y"]),
    lambda deeper: (
        st.lists(deeper, max_size=3)
        | st.builds(Object, st.lists(st.tuples(st.sampled_from(["a", "b", 'a":', ":"]), deeper), max_size=3))
    ),
    max_leaves=12,
)


def spell(value: Any, blank: str) -> str:
    """JSON as somebody writes it who puts blanks before colons."""
    match value:
        case Object(members=members):
            return "{" + ",".join(f"{json.dumps(name)}{blank}:{spell(one, blank)}" for name, one in members) + "}"
        case list():
            return "[" + ",".join(spell(one, blank) for one in cast("list[Any]", value)) + "]"
        case _:
            return json.dumps(value)


def has_twice(value: Any) -> bool:
    """Whether a name stands twice in one object."""
    match value:
        case Object(members=members):
            names = [name for name, _ in members]
            return len(set(names)) < len(names) or any(has_twice(one) for _, one in members)
        case list():
            return any(has_twice(one) for one in cast("list[Any]", value))
        case _:
            return False


@pytest.mark.requirement("D35")
@given(value=SPELLED, blank=st.sampled_from(["", " ", "\t", "\n", "\r"]))
def test_a_name_that_stands_twice_is_seen_however_it_is_written(value: Any, blank: str) -> None:
    text = spell(value, blank)

    if has_twice(value):
        with pytest.raises(InvalidError, match="the same name twice"):
            read_json(text)
    else:
        assert read_json(text) == json.loads(text)


@given(value=PLAIN)
def test_what_is_written_is_read_back(value: object) -> None:
    assert read_json(write_json(value)) == value  # pyright: ignore[reportArgumentType]  # plain by construction


@given(value=st.dictionaries(st.text(), st.integers(), max_size=6))
def test_the_canonical_spelling_does_not_depend_on_order(value: dict[str, int]) -> None:
    assert canonical_json(value) == canonical_json(dict(reversed(value.items())))
