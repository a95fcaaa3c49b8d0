"""Map and Parallel: what they start, and what they make of how it ended."""

import json
from typing import Any, cast

from jackfield.states.failures import QUERY_EVALUATION, RUNTIME, TOLERATED_FAILURE, StateFailedError
from jackfield.states.machine import Batcher, Flow, Language, MapState, ParallelState
from jackfield.states.running.data import array, effective_input, number, whole_number
from jackfield.states.running.scopes import Scope, Visit
from jackfield.states.values import View, shortened


def begin_parallel(state: ParallelState, visit: Visit, view: View) -> None:
    """Put down what the branches get."""
    data = effective_input(state, view)
    if state.parameters is not None:
        data = state.parameters.of(view.on(data))
    visit.data = data
    visit.concurrency = len(state.branches)


def total(visit: Visit) -> int:
    """How many branches or iterations there are."""
    return len(visit.state.branches) if isinstance(visit.state, ParallelState) else len(visit.items)


def begin_map(state: MapState, visit: Visit, view: View, most: int) -> None:
    """Put down the items, and how many run at a time.

    Raises:
        StateFailedError: There is no array, or a field is no number.
    """
    data = effective_input(state, view)
    seen = view.on(data)
    visit.data = data
    concurrency = whole_number(state.max_concurrency, seen, "MaxConcurrency") or most
    visit.concurrency = min(concurrency, most)
    if state.items is not None:
        items = array(state.items, seen, "ItemsPath" if state.language is Language.JSONPATH else "Items")
    elif isinstance(data, list):
        items = cast("list[Any]", data)
    else:
        error = QUERY_EVALUATION if state.language is Language.JSONATA else RUNTIME
        raise StateFailedError(error, f"Map state input must be an array but was: {shortened(data)}")
    visit.tolerated = _tolerated(state, seen, len(items))
    if state.batcher is not None:
        items = list(_batches(state.batcher, items, seen))
    visit.items = items


def _tolerated(state: MapState, view: View, total: int) -> float | None:
    count = whole_number(state.tolerated_count, view, "ToleratedFailureCount")
    percentage = number(state.tolerated_percentage, view, "ToleratedFailurePercentage", whole=False)
    if percentage is not None and not 0 <= percentage <= 100:
        raise StateFailedError(RUNTIME, "ToleratedFailurePercentage must be between 0 and 100.")
    limits = [float(count)] if count is not None else []
    if percentage is not None:
        limits.append(total * percentage / 100)
    if not limits:
        return 0.0 if state.is_distributed else None
    return min(limits)


def _batches(batcher: Batcher, items: list[Any], view: View) -> list[dict[str, Any]]:
    most = whole_number(batcher.max_items, view, "MaxItemsPerBatch", least=1) or len(items) or 1
    most_bytes = whole_number(batcher.max_bytes, view, "MaxInputBytesPerBatch", least=1)
    shared = {"BatchInput": batcher.input.of(view)} if batcher.input is not None else {}
    made: list[dict[str, Any]] = []
    batch: list[Any] = []
    size = 0
    for item in items:
        length = len(json.dumps(item, ensure_ascii=False, separators=(",", ":")).encode()) + 1
        if batch and (len(batch) >= most or (most_bytes is not None and size + length > most_bytes)):
            made.append({**shared, "Items": batch})
            batch, size = [], 0
        batch.append(item)
        size += length
    if batch:
        made.append({**shared, "Items": batch})
    return made


def start_one(scope: Scope, visit: Visit) -> Scope:
    """The scope of the next branch or iteration; its input is its visit's."""
    index = visit.started
    visit.started += 1
    state = visit.state
    if isinstance(state, ParallelState):
        inner = Scope(state.branches[index], scope, index)
    else:
        assert isinstance(state, MapState)
        inner = Scope(state.processor, scope, index, sees_outer=not state.is_distributed)
        inner.item = (index, visit.items[index])
    visit.inside[index] = inner
    return inner


def flow_of(visit: Visit, index: int) -> Flow:
    """The flow of a branch or iteration."""
    state = visit.state
    if isinstance(state, ParallelState):
        return state.branches[index]
    assert isinstance(state, MapState)
    return state.processor


def item_input(state: MapState, visit: Visit, view: View, index: int) -> Any:
    """What an iteration gets: its item, or what `ItemSelector` makes of it."""
    if state.selector is None:
        return visit.items[index]
    return state.selector.of(view.on(visit.data) if state.language is Language.JSONPATH else view)


def is_tolerable(visit: Visit) -> bool:
    """Whether one more iteration may fail."""
    return visit.tolerated is not None and visit.failures + 1 <= visit.tolerated


def threshold_passed() -> StateFailedError:
    """How a Map fails of which too many iterations have."""
    return StateFailedError(TOLERATED_FAILURE, "The specified tolerated failure threshold was exceeded")
