"""What is kept of a published version while its runs go on."""

from typing import Any

from jackfield.kernel import PersonId, ProcessId
from jackfield.processes import Settings
from jackfield.processes.running.programs import Program
from jackfield.states import parse


def test_a_state_is_found_by_its_path_whatever_is_in_its_name() -> None:
    branches: list[Any] = [
        {"StartAt": name, "States": {name: {"Type": "Pass", "Comment": name, "End": True}}}
        for name in ("Ask", "Pay ~it/")
    ]
    definition = {
        "StartAt": "Both/all",
        "States": {"Both/all": {"Type": "Parallel", "Branches": branches, "End": True}},
    }
    program = Program(ProcessId("prc_1"), "Paying", 1, parse(definition), definition, Settings(), PersonId("per_1"), {})

    assert program.state_at("/Both~1all")["Type"] == "Parallel"
    assert program.state_at("/Both~1all/1/Pay ~0it~1") == branches[1]["States"]["Pay ~it/"]
