"""Paths as text: whatever is accepted stays below the root."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jackfield.catalog.files.paths import MAX_NAME_BYTES, clean_path, is_addressable, numbered, split_path

_PIECES = st.sampled_from(
    ["..", ".", "/", "\\", "a", "ü", "\0", "\n", "%2e%2e", ".. ", "\uff0e\uff0e", "~", " ", "…", "\ud800", "x" * 300]
)


@given(st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=8).map("".join)))
def test_what_is_accepted_has_one_spelling_and_never_leaves_the_root(text: str) -> None:
    try:
        names = split_path(text)
    except ValueError:
        return

    assert not {"", ".", ".."} & set(names)
    assert all(set("/\\\0") & set(name) == set() and name.isprintable() for name in names)
    assert split_path("/".join(names)) == names
    assert clean_path(clean_path(text)) == clean_path(text)
    assert all(is_addressable(name) for name in names)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.txt", "a (2).txt"), ("a", "a (2)"), (".profile", ".profile (2)"), ("a.tar.gz", "a.tar (2).gz")],
)
def test_a_number_goes_before_the_suffix(name: str, expected: str) -> None:
    assert numbered(("d", name), 2) == ("d", expected)


@given(st.text(alphabet="aü😂", max_size=63), st.text(alphabet="bü", max_size=126), st.integers(2, 100))
def test_a_numbered_name_is_never_too_long(stem: str, suffix: str, number: int) -> None:
    name = f"{stem}.{suffix}".encode()[:MAX_NAME_BYTES].decode(errors="ignore")

    assert len(numbered((name,), number)[0].encode()) <= MAX_NAME_BYTES
