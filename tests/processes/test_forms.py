"""What somebody is asked for: JSON schemas that can be drawn, and sentences for what doesn't fit (P2, P5)."""

from typing import Any

import pytest

from jackfield.errors import InvalidError
from jackfield.kernel import write_json
from jackfield.processes.forms import read_form

pytestmark = pytest.mark.requirement("P5")

TRAVEL = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "title": "A journey",
    "properties": {
        "where": {"type": "string", "title": "Where to", "minLength": 2, "maxLength": 20},
        "why": {"type": "string", "multiline": True},
        "class": {"type": "string", "enum": ["first", "second"], "default": "second"},
        "on": {"type": "string", "format": "date"},
        "at": {"type": "string", "format": "date-time"},
        "mail": {"type": "string", "format": "email"},
        "page": {"type": "string", "format": "uri"},
        "nights": {"type": "integer", "minimum": 1, "maximum": 30},
        "cost": {"type": "number", "minimum": 0.5},
        "abroad": {"type": "boolean", "default": False},
        "with": {"type": "array", "items": {"type": "string", "enum": ["Ann", "Ben"]}, "maxItems": 2},
    },
    "required": ["where", "nights"],
}


def test_what_fits_is_taken_with_the_defaults_of_what_was_left_out() -> None:
    given = {
        "where": "Graz",
        "why": "A\nB",
        "on": "2026-11-27",
        "at": "2026-11-27T08:00:00.5+01:00",
        "mail": "ann@example.com",
        "page": "https://example.com/a",
        "nights": 3,
        "cost": 12,
        "with": ["Ben"],
    }

    assert read_form(TRAVEL).read(given, where="input") == {**given, "class": "second", "abroad": False}
    assert read_form(TRAVEL).read({"where": "Graz", "nights": 1, "why": "", "on": None}, where="input") == {
        "where": "Graz",
        "nights": 1,
        "class": "second",
        "abroad": False,
    }


def test_a_whole_number_is_one_also_with_nothing_behind_the_point() -> None:
    found = read_form(TRAVEL).read({"where": "Graz", "nights": 5.0, "cost": 5.0}, where="input")

    assert write_json(found) == b'{"where":"Graz","class":"second","nights":5,"cost":5.0,"abroad":false}'


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("where", None, "Where to is needed"),
        ("where", "G", "the form's field Where to must be a text of at least 2 characters"),
        ("where", "G" * 21, "the form's field Where to must be a text of at most 20 characters"),
        ("where", 7, "the form's field Where to must be a text"),
        ("class", "third", "the form's field class must be one of its choices"),
        ("class", 2, "the form's field class must be one of its choices"),
        ("on", "27.11.2026", "the form's field on must be a date, as in 2026-11-27"),
        ("on", "20261127", "the form's field on must be a date, as in 2026-11-27"),
        ("at", "2026-11-27T08:00:00", "the form's field at must be a moment with its zone, as in 2026-11-27T08:00:00Z"),
        ("mail", "ann", "the form's field mail must be a mail address"),
        ("page", "example.com/a", "the form's field page must be an address, as in https://example.com"),
        ("nights", 0, "the form's field nights must be at least 1"),
        ("nights", 31, "the form's field nights must be at most 30"),
        ("nights", 1.5, "the form's field nights must be a whole number"),
        ("nights", "3", "the form's field nights must be a whole number"),
        ("nights", float("inf"), "the form's field nights must be a whole number"),
        ("nights", True, "the form's field nights must be a whole number"),
        ("cost", 0.4, "the form's field cost must be at least 0.5"),
        ("cost", float("inf"), "the form's field cost must be a number"),
        ("cost", 10**400, "the form's field cost must be a number"),
        ("abroad", "yes", "the form's field abroad must be yes or no"),
        ("with", "Ben", "the form's field with must be a list of 0 to 2 texts"),
        ("with", ["Ann", "Ben", "Ann"], "the form's field with must be a list of 0 to 2 texts"),
        ("with", ["Eve"], "the form's field with must be a list of its choices"),
        ("pets", 1, "input has a field that the form doesn't know: 'pets'"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence_without_what_was_filled_in(
    name: str, value: Any, said: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        read_form(TRAVEL).read({"where": "Graz", "nights": 1, name: value}, where="input")

    assert refused.value.message == said
    assert refused.value.data["field"] == f"input.{name}"


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"properties": {"a": {"type": "object"}}}, "form.properties.a", "with 'type' that it is one of"),
        ({"properties": {"a": {"type": "string", "pattern": "a+"}}}, "form.properties.a.pattern", "more than a form"),
        ({"properties": {"a": {"type": "integer", "enum": [1]}}}, "form.properties.a.enum", "more than a form"),
        ({"properties": {"a b": {"type": "string"}}}, "form.properties.a b", "must fit the pattern"),
        ({"properties": {"a": {"type": "string", "enum": []}}}, "form.properties.a.enum", "at least one entry"),
        (
            {"properties": {"a": {"type": "integer", "default": "x"}}},
            "form.properties.a.default",
            "must be a whole number",
        ),
        ({"properties": {"a": {"type": "integer", "maximum": 3, "default": 4}}}, "form", "the default of a must be at"),
        (
            {"properties": {"a": {"type": "number", "default": "x"}}},
            "form.properties.a.default",
            "must be a number",
        ),
        ({"properties": {"a": {"type": "number", "default": 10**400}}}, "form", "the default of a must be a number"),
        ({"properties": {"a": {"type": "number", "minimum": 10**400}}}, "form.properties.a.minimum", "not infinite"),
        ({"properties": {"a": {"type": "integer", "minimum": 5, "maximum": 4}}}, "form", "nothing fits a: its minimum"),
        (
            {"properties": {"a": {"type": "string", "minLength": 9, "maxLength": 8}}},
            "form",
            "its minLength is more than",
        ),
        ({"required": ["nobody"]}, "form", "required names 'nobody', which is not among the properties"),
        ({"oneOf": []}, "form.oneOf", "more than a form can have"),
        ({"type": "array"}, "form.type", "must be one of 'object'"),
    ],
)
def test_what_is_no_form_is_refused_where_it_stands(change: dict[str, Any], field: str, said: str) -> None:
    with pytest.raises(InvalidError) as refused:
        read_form({**TRAVEL, "required": [], **change})

    assert refused.value.data["field"] == field
    assert said in refused.value.message
