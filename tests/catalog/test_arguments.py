"""Arguments and settings as JSON has them."""

from typing import Any

import pytest
from pydantic import BaseModel

from jackfield.catalog.mail.models import DeleteArguments, MoveArguments, SearchArguments
from jackfield.catalog.sql.declarations import PostgresqlDetails
from jackfield.connectors import parse_fields
from jackfield.errors import InvalidError
from jackfield.triggers.kinds import Mail


@pytest.mark.parametrize(
    ("model", "given", "field", "said"),
    [
        (DeleteArguments, {"uids": ["3"]}, "here.uids.0", "must be a whole number"),
        (DeleteArguments, {"uids": [True]}, "here.uids.0", "must be a whole number"),
        (DeleteArguments, {"uids": [3], "uid_validity": "7"}, "here.uid_validity", "must be a whole number"),
        (
            MoveArguments,
            {"uids": [3], "to": "a", "create_folder": "true"},
            "here.create_folder",
            "must be true or false",
        ),
        (MoveArguments, {"uids": [3], "to": "a", "create_folder": 1}, "here.create_folder", "must be true or false"),
        (PostgresqlDetails, {"host": "a", "database": "d", "port": "5432"}, "here.port", "must be a whole number"),
        (Mail, {"every_seconds": "60"}, "here.every_seconds", "must be a whole number"),
        (SearchArguments, {"seen": "yes"}, "here.seen", "must be true or false"),
    ],
)
def test_text_is_no_number_and_neither_true_nor_false(
    model: type[BaseModel], given: dict[str, Any], field: str, said: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        parse_fields(model, given, where="here")

    assert refused.value.message == f"{field}: {said}"
    assert refused.value.data["field"] == field


def test_a_number_without_a_fraction_is_a_whole_one() -> None:
    assert parse_fields(DeleteArguments, {"uids": [3.0]}, where="arguments").uids == [3]
    assert parse_fields(PostgresqlDetails, {"host": "a", "database": "d", "port": 5432.0}, where="details").port == 5432
