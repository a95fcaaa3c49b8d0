"""Python functions in place of a definition's tasks, for trying it out on one's own machine."""

import json
import re
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast

from jackfield.cli.failures import UsageError
from jackfield.cli.files import read_file
from jackfield.states import Execution, TaskOrder

_INVOKE: Final = "lambda:invoke"
"""AWS's service integration: its arguments name the function, its result is an envelope."""
_NOT_WORD: Final = re.compile(r"\W+")
_VERSION: Final = re.compile(r":(\$LATEST|\d+)$")


class Functions:
    """The functions of a file."""

    def __init__(self, functions: Mapping[str, Callable[[Any], Any]]) -> None:
        self._functions = functions

    def do(self, execution: Execution, order: TaskOrder, now: datetime | None) -> None:
        """Do a task, and answer its order.

        Args:
            execution: Whose order it is.
            order: The task.
            now: The time to answer with; without it, the real one.
        """
        is_enveloped = order.resource.name.startswith(_INVOKE)
        name, argument = _called(order, is_enveloped=is_enveloped)
        function = self._functions.get(name) or self._functions.get(_NOT_WORD.sub("_", order.resource.text))
        if function is None:
            execution.fail(
                order.id,
                "Lambda.ResourceNotFoundException",
                f"there is no function '{name}' for {order.resource.text}; give --functions a file that has it",
                now=now or datetime.now(UTC),
            )
            return
        call = _Call(function, argument)
        is_done = call.run(order.timeout_seconds)
        moment = now or datetime.now(UTC)
        if not is_done:
            execution.fail(order.id, "States.Timeout", "", now=moment)
        elif call.error is not None:
            execution.fail(order.id, type(call.error).__name__, _cause(call.error), now=moment)
        else:
            execution.complete(order.id, _enveloped(call.result) if is_enveloped else call.result, now=moment)


class _Call:
    """A call in a thread of its own, which is left to itself when its time is over."""

    def __init__(self, function: Callable[[Any], Any], argument: Any) -> None:
        self._function = function
        self._argument = argument
        self.result: Any = None
        self.error: Exception | None = None

    def run(self, seconds: float | None) -> bool:
        """Whether it came to an end in time."""
        thread = threading.Thread(target=self._work, daemon=True)
        thread.start()
        thread.join(seconds)
        return not thread.is_alive()

    def _work(self) -> None:
        try:
            # What isn't JSON can't be a task's result.
            self.result = json.loads(json.dumps(self._function(self._argument), allow_nan=False))
        except Exception as error:  # noqa: BLE001  # whatever the function raises is the task's error
            self.error = error


def _called(order: TaskOrder, *, is_enveloped: bool) -> tuple[str, Any]:
    named, argument = order.resource.name, order.arguments
    if is_enveloped and isinstance(argument, dict):
        members = cast("dict[str, Any]", argument)
        named, argument = str(members.get("FunctionName", "")), members.get("Payload", {})
    return _VERSION.sub("", named).rpartition(":")[2], argument


def _enveloped(result: Any) -> dict[str, Any]:
    return {"ExecutedVersion": "$LATEST", "Payload": result, "StatusCode": 200}


def _cause(error: Exception) -> str:
    return json.dumps({"errorMessage": str(error), "errorType": type(error).__name__}, ensure_ascii=False)


def read_functions(path: Path | None) -> Functions:
    """The functions of a Python file: its public names that can be called with one argument.

    Raises:
        UsageError: The file can't be run.
    """
    if path is None:
        return Functions({})
    found: dict[str, Any] = {"__name__": "functions", "__file__": str(path)}
    try:
        code = compile(read_file(path), str(path), "exec")
        exec(code, found)  # noqa: S102  # the person's own file, on the person's own machine
    except Exception as error:  # noqa: BLE001  # whatever is wrong with the file
        raise UsageError(f"{path} can't be run: {type(error).__name__}: {error}") from None
    return Functions({name: one for name, one in found.items() if callable(one) and not name.startswith("_")})
