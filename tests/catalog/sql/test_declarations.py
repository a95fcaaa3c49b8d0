"""Forms, origins and what is accepted as details."""

from pathlib import Path
from typing import Any

import pytest

from jackfield.catalog.sql import connectors
from jackfield.connectors import Connector, Effect, Repeat, parse_fields
from jackfield.errors import InvalidError

ALL = connectors((Path("/srv/data"),))
BY_KEY: dict[str, Connector[Any]] = {one.key: one for one in ALL}


def test_there_are_three_connectors_with_an_icon_each() -> None:
    folder = Path(__file__).parents[3] / "src" / "jackfield" / "catalog" / "sql"

    assert list(BY_KEY) == ["postgresql", "mysql", "sqlite"]
    assert all("<svg" in (folder / f"{key}.svg").read_text() for key in BY_KEY)


@pytest.mark.parametrize("connector", ALL, ids=list(BY_KEY))
def test_every_field_of_every_form_has_a_title(connector: Connector[Any]) -> None:
    models = [connector.details, *(one.credentials for one in connector.schemes)]
    models += [one.arguments for one in connector.actions.values()]

    fields = [field for model in models for field in model.model_fields.items()]

    assert len(fields) >= 12
    assert [name for name, field in fields if not field.title] == []
    assert all(model.model_json_schema()["type"] == "object" for model in models)


@pytest.mark.parametrize("connector", ALL, ids=list(BY_KEY))
def test_actions_say_what_they_do_and_whether_they_may_be_repeated(connector: Connector[Any]) -> None:
    weights = {key: (one.weight.effect, one.weight.repeat) for key, one in connector.actions.items()}

    assert weights["query"] == weights["list_tables"] == weights["describe_table"] == (Effect.READ, Repeat.READ)
    assert weights["execute"][1] is weights["execute_many"][1] is Repeat.ONCE


@pytest.mark.parametrize(
    ("text", "schema", "effect"),
    [
        ("UPDATE t SET a = 1", False, Effect.WRITE),
        ("delete from t", False, Effect.DESTRUCTIVE),
        ("CREATE TABLE t (x int)", True, Effect.DESTRUCTIVE),
    ],
)
def test_what_removes_weighs_more_than_what_writes(text: str, effect: Effect, *, schema: bool) -> None:
    action = BY_KEY["postgresql"].actions["execute"]
    given = parse_fields(action.arguments, {"sql": text, "allow_schema_changes": schema}, where="arguments")

    assert action.weight_of(given).effect is effect


def _details(**more: Any) -> dict[str, Any]:
    return {"host": "DB.Example.com.", "database": "d", **more}


@pytest.mark.parametrize(
    ("more", "origin"),
    [
        ({}, "postgresql+verify://db.example.com:5432/"),
        ({"tls": "off", "port": 6000}, "postgresql+off://db.example.com:6000/"),
        ({"host": "[::1]", "tls": "encrypt_only"}, "postgresql+encrypt-only://[::1]:5432/"),
    ],
)
def test_the_origin_changes_with_host_port_and_encryption(more: dict[str, Any], origin: str) -> None:
    connector = BY_KEY["postgresql"]

    assert connector.origin(parse_fields(connector.details, _details(**more), where="details")) == origin


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("host", "a,b"),
        ("host", "/tmp"),
        ("host", "postgresql://x"),
        ("host", "a b"),
        ("host", "x?sslmode=disable"),
        ("host", ""),
        ("host", "-x"),
        ("port", 0),
        ("port", 70_000),
        ("database", "a\0b"),
        ("tls", "prefer"),
        ("ca_pem", "nothing of that kind"),
        ("default_schema", ""),
    ],
)
def test_details_that_would_mean_something_else_are_refused_by_name(field: str, value: Any) -> None:
    with pytest.raises(InvalidError) as caught:
        parse_fields(BY_KEY["postgresql"].details, _details(**{field: value}), where="details")

    assert caught.value.data["field"] == f"details.{field}"
