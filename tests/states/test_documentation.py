"""Every example in docs/states.md, run."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from jackfield.states import Execution, Succeeded, TaskOrder, check, parse
from states_machines import NOW

PAGE = Path(__file__).resolve().parents[2] / "docs" / "states.md"
_BLOCK = re.compile(r"^```json (definition|input|answers|output)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for kind, text in _BLOCK.findall(PAGE.read_text("utf-8")):
        if kind == "definition":
            found.append({"text": text, "answers": {}})
        found[-1][kind] = json.loads(text)
    return found


@pytest.mark.requirement("P1")
@pytest.mark.parametrize("example", examples(), ids=lambda one: one["definition"]["StartAt"])
def test_what_the_page_shows_is_what_comes_out(example: dict[str, Any]) -> None:
    execution = Execution.start(parse(example["text"]), example["input"], now=NOW, seed="docs")
    execution.run()
    for order in execution.orders():
        assert isinstance(order, TaskOrder)
        answer = dict(example["answers"][order.state])
        if "Error" in answer:
            execution.fail(order.id, answer.pop("Error"), answer.pop("Cause"), now=NOW, data=answer)
        else:
            execution.complete(order.id, answer, now=NOW)
        execution.run()

    assert not check(example["text"])
    assert execution.outcome == Succeeded(example["output"])


def test_there_are_examples() -> None:
    assert len(examples()) >= 4
