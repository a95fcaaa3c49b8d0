"""What is wrong with an input is said in sentences of ours, whatever Pydantic would say (D02, E7)."""

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from pydantic import BaseModel, ValidationError

from house_texts import connectors
from jackfield.api.bodies import Input
from jackfield.api.languages import Texts
from jackfield.api.routers import ROUTERS
from jackfield.kernel import describe_wrong_input

CANARY: Final = "pa55-canary"
WRONG: Final[list[Any]] = [
    None,
    True,
    "",
    CANARY,
    CANARY * 20_000,
    -1e300,
    10**40,
    0.5,
    [],
    [None],
    [CANARY] * 5000,
    {},
    {"name": CANARY},
    {"type": CANARY},
    {f"name-{number}": number for number in range(5000)},
]
_OF_PYDANTIC: Final = re.compile(r"\b([Ii]nput|[Ss]tring|[Ff]ield|[Dd]ictionary|validation|should|valid)\b")


def declared() -> Iterator[type[BaseModel]]:
    """The forms of all connectors, and the bodies of all routes."""
    assert ROUTERS
    for connector in connectors():
        yield connector.details
        yield from (scheme.credentials for scheme in connector.schemes)
        yield from (action.arguments for action in connector.actions.values())
    yield from _bodies(Input)


def _bodies(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for one in model.__subclasses__():
        yield one
        yield from _bodies(one)


MODELS = {f"{model.__module__}.{model.__name__}": model for model in declared()}


@pytest.mark.requirement("E7", "D02")
@pytest.mark.parametrize("name", sorted(MODELS))
def test_whatever_is_wrong_with_a_declared_field_is_said_in_our_words_and_in_german(name: str) -> None:
    model, german = MODELS[name], Texts.read("de")
    said = {describe_wrong_input(one) for one in _mistakes(model)}

    assert said, "nothing was wrong; the test is blind"
    assert not [one for one in said if _OF_PYDANTIC.search(one) or "canary" in one]
    assert "is not what is expected here" not in said
    assert not [one for one in said if german.find(one) is None]


def _mistakes(model: type[BaseModel]) -> Iterator[Any]:
    whole: list[Any] = [None, [], {"surplus": 1}]
    fields = model.model_fields
    for value in [*whole, *({name: wrong} for name in fields for wrong in WRONG)]:
        try:
            model.model_validate(value)
        except ValidationError as error:
            yield from error.errors(include_input=False, include_url=False)


def test_as_many_models_are_looked_at_as_there_are() -> None:
    assert len(MODELS) > 60
