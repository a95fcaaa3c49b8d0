"""JSON as everyone agrees on it."""

import json

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


@pytest.mark.requirement("D02")
def test_a_refusal_does_not_repeat_what_was_submitted() -> None:
    with pytest.raises(InvalidError) as caught:
        read_json(b'{"password": "canary-4711" "x"')

    assert "canary-4711" not in str(caught.value)
    assert "line 1, column" in str(caught.value)


@given(value=PLAIN)
def test_what_is_written_is_read_back(value: object) -> None:
    assert read_json(write_json(value)) == value  # pyright: ignore[reportArgumentType]  # plain by construction


@given(value=st.dictionaries(st.text(), st.integers(), max_size=6))
def test_the_canonical_spelling_does_not_depend_on_order(value: dict[str, int]) -> None:
    assert canonical_json(value) == canonical_json(dict(reversed(value.items())))
