"""How a state fails: the names of the language (states-language.net, appendix A), and AWS's few more."""

from collections.abc import Mapping
from typing import Any, Final

ALL: Final = "States.ALL"
BRANCH_FAILED: Final = "States.BranchFailed"
DATA_LIMIT: Final = "States.DataLimitExceeded"
HEARTBEAT_TIMEOUT: Final = "States.HeartbeatTimeout"
INTRINSIC_FAILURE: Final = "States.IntrinsicFailure"
NO_CHOICE_MATCHED: Final = "States.NoChoiceMatched"
PARAMETER_PATH_FAILURE: Final = "States.ParameterPathFailure"
QUERY_EVALUATION: Final = "States.QueryEvaluationError"
RESULT_PATH_MATCH_FAILURE: Final = "States.ResultPathMatchFailure"
RUNTIME: Final = "States.Runtime"
TASK_FAILED: Final = "States.TaskFailed"
TIMEOUT: Final = "States.Timeout"
TOLERATED_FAILURE: Final = "States.ExceedToleratedFailureThreshold"


class StateFailedError(Exception):
    """A state has failed.

    Args:
        error: Its name; None where a Fail state gives none.
        cause: For people.
        data: More for the error output.
        retryable: False where a repetition could do a thing twice.
        is_final: Nothing catches it: a limit of the execution itself.
    """

    def __init__(
        self,
        error: str | None,
        cause: str | None,
        *,
        data: Mapping[str, Any] | None = None,
        retryable: bool = True,
        is_final: bool = False,
    ) -> None:
        super().__init__(error)
        self.error = error
        self.cause = cause
        self.data = data or {}
        self.retryable = retryable
        self.is_final = is_final

    @property
    def output(self) -> dict[str, Any]:
        """The error output: what a Catch hands on."""
        return {**self.data, "Error": self.error, "Cause": self.cause}


def matches(names: tuple[str, ...], failure: StateFailedError, *, is_branching: bool = False) -> bool:
    """Whether an `ErrorEquals` has the failure.

    Args:
        names: Of the retrier or catcher.
        failure: What happened.
        is_branching: Whether the state is a Parallel, for which `States.BranchFailed` stands for any failure in it.
    """
    error = failure.error
    if error == RUNTIME:
        # Never retried and never caught, not even by its name.
        return False
    for name in names:
        if name == error:
            return True
        match name:
            case "States.ALL":
                found = True
            case "States.TaskFailed":
                found = error not in {TIMEOUT, HEARTBEAT_TIMEOUT}
            case "States.Timeout":
                found = error == HEARTBEAT_TIMEOUT
            case "States.BranchFailed":
                found = is_branching
            case _:
                found = False
        if found:
            return True
    return False
