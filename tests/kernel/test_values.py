"""Ids, names, cursors, secrets and errors."""

import copy
import json
import pickle
from typing import Any

import pytest

from jackfield import errors
from jackfield.errors import HubError, InvalidError
from jackfield.kernel import Cursor, Page, PageRequest, Secret, clean_name, name_key, new_id


def test_ids_made_later_sort_later_and_never_meet() -> None:
    made = [new_id("con") for _ in range(2000)]

    assert len(set(made)) == 2000
    assert all(one.startswith("con_") and len(one) == 30 for one in made)
    assert [one[:14] for one in made] == sorted(one[:14] for one in made)


@pytest.mark.parametrize(
    ("first", "second"),
    [("Über", "über"), ("  Mail  box ", "mail box"), ("\uff21\uff22\uff23", "abc"), ("Straße", "STRASSE")],
)
def test_names_that_people_read_alike_have_one_key(first: str, second: str) -> None:
    assert name_key(first) == name_key(second)


@pytest.mark.parametrize("bad", ["", "   ", "a\u200bb", "line\x00", "x" * 121, "\u202egnp.exe"])
def test_names_that_deceive_or_say_nothing_are_refused(bad: str) -> None:
    with pytest.raises(InvalidError) as caught:
        clean_name(bad, field="details.name")

    assert caught.value.data["field"] == "details.name"


def test_a_cursor_comes_back_as_it_left() -> None:
    cursor = Cursor("name", ("ä", 5, None, "con_1"))

    assert Cursor.read(cursor.write()) == cursor


@pytest.mark.parametrize("bad", ["", "x", "!!!!", "e30", "W10", "WyJuYW1lIixbXV0", "WyJuIixbe31dXQ", "a" * 3000])
def test_a_cursor_that_is_not_ours_is_refused(bad: str) -> None:
    with pytest.raises(InvalidError, match="cursor"):
        Cursor.read(bad)


@pytest.mark.parametrize("key", ["a\0b", True, -1, 1 << 63, 1.5, [], {}])
def test_a_cursor_that_no_database_can_compare_with_is_refused(key: Any) -> None:
    with pytest.raises(InvalidError, match="cursor"):
        Cursor.read(Cursor("name", (key,)).write())


@pytest.mark.parametrize("key", ["1", True, None, -1, 1 << 31, 1 << 63])
def test_a_number_to_start_after_is_one(key: Any) -> None:
    page = PageRequest(cursor=Cursor("-n", (key,)))

    with pytest.raises(InvalidError, match="cursor"):
        page.after_number("-n")


def test_a_cursor_of_another_sort_is_refused() -> None:
    page = PageRequest(cursor=Cursor("name", ("a", "con_1")))

    with pytest.raises(InvalidError, match="another sort"):
        page.after("-created_at", 2)


def test_a_page_is_cut_where_the_next_one_starts() -> None:
    def keys(item: int) -> tuple[int]:
        return (item,)

    page = Page.cut([1, 2, 3], 2, "n", keys)

    assert page.items == (1, 2)
    assert page.next == Cursor("n", (2,))
    assert Page.cut([1, 2], 2, "n", keys).next is None


def test_a_secret_does_not_leave_by_accident() -> None:
    secret = Secret("canary-0815")
    escapes: list[Any] = [str, repr, "{}".format, "{!r}".format, "%s".__mod__]

    assert not [way for way in escapes if "canary" in way(secret)]
    for refuse in (json.dumps, pickle.dumps, copy.copy, copy.deepcopy, hash):
        with pytest.raises(TypeError):
            refuse(secret)
    assert secret.reveal() == "canary-0815"
    assert Secret("\ud800") != secret


def _subclasses(root: type[HubError]) -> list[type[HubError]]:
    return [one for child in root.__subclasses__() for one in (child, *_subclasses(child))]


def test_every_error_has_a_code_a_kind_and_allows_only_named_data() -> None:
    found = _subclasses(HubError)

    assert len(found) >= 13
    for one in found:
        noun, _, condition = one.code.partition(".")
        assert noun.isidentifier(), one
        assert condition.isidentifier(), one
        assert one.__name__.endswith("Error"), one
        assert isinstance(one.kind, errors.Kind), one
        with pytest.raises(TypeError):
            one("x", password="y")
