"""What a process can begin as: definitions that are right for every connector (P4)."""

from typing import Any

import pytest

from jackfield import states
from jackfield.catalog import make_catalogue
from jackfield.connectors import parse_fields
from jackfield.errors import InvalidError, NotFoundError
from jackfield.processes import TELL_WITH, TEMPLATES, Called, Filling, fill_template

CONNECTORS = [one.key for one in make_catalogue()]


def tasks_of(definition: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Connector, action and arguments of every task."""
    tasks = [state for state in definition["States"].values() if state["Type"] == "Task"]
    named = [(state["Resource"].removeprefix("connection:").partition("."), state["Arguments"]) for state in tasks]
    return [(connector, action, arguments) for (connector, _, action), arguments in named]


@pytest.mark.requirement("P4")
@pytest.mark.parametrize("connector", CONNECTORS)
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_is_right_for_every_connector(template: str, connector: str) -> None:
    for teller in TELL_WITH:
        filling = Filling(Called(connector, "Customers"), Called(teller, "Chat"), attempts=2, seconds=7)
        definition = fill_template(template, filling)

        assert states.check(definition) == ()
        for key, action, arguments in tasks_of(definition):
            if key == "openapi":
                continue
            known = make_catalogue().get(key).actions[action]
            if "{%" in str(arguments):
                assert key == teller, "only what somebody is told is worked out"
            else:
                parse_fields(known.arguments, arguments, where="arguments")


@pytest.mark.requirement("P4")
def test_the_two_classics_come_together_or_alone() -> None:
    filling = Filling(Called("http", "Shop"), Called("http", "Chat"), attempts=5, seconds=60)
    both, again = fill_template("careful", filling), fill_template("again", filling)
    told = fill_template("careful", Filling(filling.call, filling.tell, attempts=0))

    (retry,) = both["States"]["Call"]["Retry"]
    assert (retry["MaxAttempts"], retry["IntervalSeconds"]) == (5, 60)
    assert both["States"]["Call"]["Catch"][0]["Next"] == "Tell somebody"
    assert both["States"]["Tell somebody"]["Credentials"] == {"Connection": "Chat"}
    assert again["States"]["Call"]["Retry"] == [retry]
    assert (again["States"]["Call"]["Catch"][0]["Next"], again["States"]["Done"]) == ("Done", {"Type": "Succeed"})
    assert "Retry" not in told["States"]["Call"]
    assert told["States"]["Call"]["Catch"] == both["States"]["Call"]["Catch"]


@pytest.mark.requirement("P4")
def test_an_action_is_taken_as_it_is_named_and_what_is_not_there_is_said() -> None:
    named = Filling(Called("folder", "Invoices", "read", {"path": "a.txt"}))
    (task,) = tasks_of(fill_template("call", named))
    assert task == ("folder", "read", {"path": "a.txt"})

    with pytest.raises(NotFoundError, match="there are empty, call, again, careful"):
        fill_template("no such", Filling())
    with pytest.raises(InvalidError, match="take a connection of mail, http") as refused:
        fill_template("careful", Filling(tell=Called("postgresql", "Customers")))
    assert refused.value.data["field"] == "tell.action"
