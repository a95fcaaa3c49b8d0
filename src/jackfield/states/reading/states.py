"""The states of a definition, type by type."""

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from jackfield.states.machine import (
    LARGEST_SECONDS,
    MISSING,
    Batcher,
    Catcher,
    ChoiceState,
    FailState,
    Flow,
    Language,
    MapState,
    ParallelState,
    PassState,
    Retrier,
    State,
    StateType,
    SucceedState,
    TaskState,
    WaitState,
)
from jackfield.states.models import Resource, ResourceKind
from jackfield.states.reading.choices import read_branch
from jackfield.states.reading.fields import Fields
from jackfield.states.reading.resources import read_resource
from jackfield.states.timestamps import read_timestamp
from jackfield.states.values import Constant, Value, is_query

ReadFlow = Callable[[Fields, int], Flow]
_JSONPATH_ONLY: Final = ("InputPath", "OutputPath", "ResultPath", "Parameters", "ResultSelector", "ItemsPath")
_RETRYING: Final = {StateType.TASK, StateType.PARALLEL, StateType.MAP}


def read_state(name: str, fields: Fields, default: Language, read_flow: ReadFlow, depth: int) -> State | None:
    """One state; what it can't be is put down."""
    type_name = fields.text("Type", required=True, one_of=tuple(StateType))
    fields.language = _language(fields, default)
    if type_name is None:
        return None
    type_ = StateType(type_name)
    if len(name) > 80:
        fields.problems.error(fields.pointer, "The name of a state has at most 80 characters")
    for one in _JSONPATH_ONLY:
        if fields.is_jsonata and fields.has(one):
            fields.raw(one)
            fields.error(one, f"The field '{one}' is not supported with JSONata; use Arguments, Output or Items")
    common = _common(name, type_, fields)
    made = _READERS[type_](common, fields, read_flow, depth)
    language = fields.language.value
    fields.finish(f" by a {type_.value} state with the query language {language}")
    return made


def _language(fields: Fields, default: Language) -> Language:
    found = fields.text("QueryLanguage", one_of=tuple(Language))
    if found is None:
        return default
    if default is Language.JSONATA and found == Language.JSONPATH:
        fields.error("QueryLanguage", "A state can't use JSONPath where the state machine uses JSONata")
    return Language(found)


def _common(name: str, type_: StateType, fields: Fields) -> dict[str, Any]:
    common: dict[str, Any] = {
        "name": name,
        "pointer": fields.pointer,
        "type": type_,
        "language": fields.language,
    }
    # What came of its work is seen by a state that has some.
    sees = "result" if type_ in _RETRYING else ""
    if type_ is not StateType.FAIL:
        if fields.is_jsonata:
            if type_ is not StateType.CHOICE or fields.has("Output"):
                common["output"] = fields.template("Output", sees)
        else:
            common["input_path"] = fields.path_or_discard("InputPath")
            common["output_path"] = fields.path_or_discard("OutputPath")
    if type_ in {StateType.PASS, StateType.TASK, StateType.PARALLEL, StateType.MAP} and not fields.is_jsonata:
        common["result_path"] = fields.reference("ResultPath")
    if type_ not in {StateType.FAIL, StateType.SUCCEED}:
        common["assign"] = fields.assign(sees)
    if type_ in _RETRYING:
        common["retry"] = _retriers(fields)
        common["catch"] = _catchers(fields)
        if not fields.is_jsonata:
            common["result_selector"] = fields.template("ResultSelector")
    if type_ not in {StateType.FAIL, StateType.SUCCEED, StateType.CHOICE}:
        common["next"] = _following(fields)
    return common


def _following(fields: Fields) -> str | None:
    following, ends = fields.text("Next"), fields.flag("End")
    if ends and fields.has("Next"):
        fields.error("Next", "A state has either Next or End")
    if not ends and not fields.has("Next"):
        fields.problems.error(fields.pointer, "A state has either Next or End: true; both are missing")
    return following


def _errors(fields: Fields, *, is_last: bool) -> tuple[str, ...]:
    found = fields.raw("ErrorEquals")
    if not isinstance(found, list) or not found:
        where = "ErrorEquals"
        if fields.has(where):
            fields.error(where, "Value is not an Array of Strings with at least one")
        else:
            fields.problems.error(fields.pointer, "The field 'ErrorEquals' is required but was missing")
        return ()
    names = cast("list[Any]", found)
    if not all(isinstance(one, str) and one for one in names):
        fields.error("ErrorEquals", "Value is not an Array of Strings")
        return ()
    if "States.ALL" in names and (len(names) > 1 or not is_last):
        fields.error("ErrorEquals", "States.ALL stands alone, and in the last one of them")
    return tuple(names)


def _retriers(fields: Fields) -> tuple[Retrier, ...]:
    found: list[Retrier] = []
    given = fields.objects("Retry")
    for one in given:
        jitter = one.text("JitterStrategy", one_of=("FULL", "NONE"))
        interval = one.number("IntervalSeconds", least=1, most=LARGEST_SECONDS)
        attempts = one.number("MaxAttempts", least=0, most=LARGEST_SECONDS)
        rate = one.number("BackoffRate", least=1, whole=False)
        most = one.number("MaxDelaySeconds", least=1, most=31_622_400)
        if most is not None and most <= (interval or 1):
            one.error("MaxDelaySeconds", "MaxDelaySeconds is greater than IntervalSeconds")
        found.append(
            Retrier(
                _errors(one, is_last=one is given[-1]),
                interval_seconds=1 if interval is None else interval,
                max_attempts=3 if attempts is None else attempts,
                backoff_rate=2.0 if rate is None else float(rate),
                max_delay_seconds=most,
                has_jitter=jitter == "FULL",
            )
        )
        one.finish(" in Retry")
    return tuple(found)


def _catchers(fields: Fields) -> tuple[Catcher, ...]:
    found: list[Catcher] = []
    given = fields.objects("Catch")
    for one in given:
        errors = _errors(one, is_last=one is given[-1])
        following = one.text("Next", required=True)
        assign = one.assign("errorOutput")
        output = one.template("Output", "errorOutput") if fields.is_jsonata else None
        path = None if fields.is_jsonata else one.reference("ResultPath")
        one.finish(f" in Catch with the query language {fields.language.value}")
        found.append(Catcher(errors, following or "", path, assign, output))
    return tuple(found)


def _pass(common: dict[str, Any], fields: Fields, _: ReadFlow, __: int) -> State:
    if fields.is_jsonata:
        return PassState(**common)
    result = fields.raw("Result") if fields.has("Result") else MISSING
    return PassState(**common, parameters=fields.template("Parameters"), result=result)


def _task(common: dict[str, Any], fields: Fields, _: ReadFlow, __: int) -> State | None:
    text = fields.text("Resource", required=True)
    resource = read_resource(text) if text else None
    if text and resource is None:
        fields.error(
            "Resource",
            f"The resource provided {text} is not recognized: it is connection:<connector>.<action>, person:approve, "
            "person:form, process:run, function:<name> or an ARN",
        )
    if resource is not None:
        _check_credentials(resource, fields)
    parameters = fields.template("Arguments" if fields.is_jsonata else "Parameters")
    credentials = fields.template("Credentials")
    timeout = fields.count("TimeoutSeconds", least=1, most=LARGEST_SECONDS)
    heartbeat = fields.count("HeartbeatSeconds", least=1, most=LARGEST_SECONDS)
    if isinstance(timeout, Constant) and isinstance(heartbeat, Constant) and heartbeat.constant >= timeout.constant:
        fields.error("HeartbeatSeconds", "HeartbeatSeconds is smaller than TimeoutSeconds")
    if resource is None:
        return None
    return TaskState(
        **common,
        parameters=parameters,
        resource=resource,
        credentials=credentials,
        timeout_seconds=timeout,
        heartbeat_seconds=heartbeat,
    )


def _check_credentials(resource: Resource, fields: Fields) -> None:
    found = fields.members.get("Credentials")
    if resource.kind is ResourceKind.CONNECTION:
        _check_connection(found, fields)
    elif resource.kind is ResourceKind.AWS and fields.has("Credentials") and not is_query(found):
        if not isinstance(found, dict):
            fields.error("Credentials", "Value is not an Object")
        elif "RoleArn" not in found and "RoleArn.$" not in found:
            fields.error("Credentials", "The field 'RoleArn' is required but was missing")


def _check_connection(found: Any, fields: Fields) -> None:
    """A connection is named as it stands: who publishes the definition must have design use of it (rule C9)."""
    if not fields.has("Credentials"):
        message = 'The field \'Credentials\' is required but was missing: {"Connection": "…"} names the connection'
        fields.problems.error(fields.pointer, message)
        return
    members = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
    name = members.get("Connection")
    if set(members) - {"Connection", "Comment"} or not isinstance(name, str) or not name or is_query(name):
        message = 'Value is {"Connection": "…"} with the id or the name of a connection, and no expression'
        fields.error("Credentials", message)


def _choice(common: dict[str, Any], fields: Fields, _: ReadFlow, __: int) -> State:
    branches = [read_branch(one) for one in fields.objects("Choices", required=True)]
    return ChoiceState(
        **common, choices=tuple(one for one in branches if one is not None), default=fields.text("Default")
    )


def _wait(common: dict[str, Any], fields: Fields, _: ReadFlow, __: int) -> State:
    names = ("Seconds", "Timestamp") if fields.is_jsonata else ("Seconds", "SecondsPath", "Timestamp", "TimestampPath")
    given = [name for name in names if fields.has(name)]
    if len(given) != 1:
        fields.problems.error(fields.pointer, f"A Wait state has exactly one of {', '.join(names)}")
    seconds = fields.count("Seconds", least=0, most=LARGEST_SECONDS)
    timestamp = fields.path("TimestampPath", to_one=True) if not fields.is_jsonata else None
    if fields.has("Timestamp"):
        timestamp = _timestamp(fields)
    return WaitState(**common, seconds=seconds, timestamp=timestamp)


def _timestamp(fields: Fields) -> Value | None:
    found = fields.raw("Timestamp")
    if fields.is_jsonata and is_query(found):
        return fields.query("Timestamp", (), "a timestamp")
    if not isinstance(found, str) or read_timestamp(found) is None:
        fields.error("Timestamp", "String does not match RFC3339 timestamp")
        return None
    return Constant(found)


def _succeed(common: dict[str, Any], _: Fields, __: ReadFlow, ___: int) -> State:
    return SucceedState(**common)


def _fail(common: dict[str, Any], fields: Fields, _: ReadFlow, __: int) -> State:
    found: dict[str, Value | None] = {}
    for name in ("Error", "Cause"):
        if fields.is_jsonata:
            found[name] = fields.query(name, (str,), "a String")
        elif fields.has(f"{name}Path"):
            if fields.has(name):
                fields.error(name, f"You cannot use both {name} and {name}Path")
            found[name] = fields.reading(f"{name}Path")
        else:
            found[name] = (
                fields.query(name, (str,), "a String") if not is_query(fields.raw(name)) else _as_it_is(fields, name)
            )
    return FailState(**common, error=found["Error"], cause=found["Cause"])


def _as_it_is(fields: Fields, name: str) -> Value:
    return Constant(fields.raw(name))


def _parallel(common: dict[str, Any], fields: Fields, read_flow: ReadFlow, depth: int) -> State:
    parameters = fields.template("Arguments" if fields.is_jsonata else "Parameters")
    branches = [read_flow(one, depth + 1) for one in fields.objects("Branches", required=True)]
    return ParallelState(**common, parameters=parameters, branches=tuple(branches))


def _map(common: dict[str, Any], fields: Fields, read_flow: ReadFlow, depth: int) -> State | None:
    processor = fields.object("Iterator" if fields.has("Iterator") else "ItemProcessor", required=True)
    mode = "INLINE"
    if processor is not None and (config := processor.object("ProcessorConfig")) is not None:
        mode = config.text("Mode", one_of=("INLINE", "DISTRIBUTED")) or mode
        config.raw("ExecutionType")
        config.finish(" in ProcessorConfig")
    if fields.has("Iterator") and fields.has("ItemProcessor"):
        fields.error("Iterator", "You cannot use both Iterator and ItemProcessor")
    for name in ("ItemReader", "ResultWriter"):
        if fields.has(name):
            fields.raw(name)
            fields.error(
                name, f"The field '{name}' is not supported here: read with a Task before, write with one after"
            )
    selector = fields.template("ItemSelector")
    if not fields.is_jsonata and fields.has("Parameters"):
        selector = fields.template("Parameters")
    items = _items(fields)
    fields.text("Label")
    flow = read_flow(processor, depth + 1) if processor is not None else None
    max_concurrency = fields.count("MaxConcurrency", least=0)
    tolerated_count = fields.count("ToleratedFailureCount", least=0)
    tolerated_percentage = _percentage(fields)
    batcher = _batcher(fields)
    if flow is None:
        return None
    return MapState(
        **common,
        items=items,
        selector=selector,
        processor=flow,
        max_concurrency=max_concurrency,
        tolerated_count=tolerated_count,
        tolerated_percentage=tolerated_percentage,
        batcher=batcher,
        is_distributed=mode == "DISTRIBUTED",
    )


def _items(fields: Fields) -> Value | None:
    if not fields.is_jsonata:
        return fields.path("ItemsPath")
    found = fields.raw("Items")
    if fields.has("Items") and not is_query(found) and not isinstance(found, list | dict):
        fields.error("Items", "Value is not an Array or a JSONata expression between {% and %}")
        return None
    return fields.template("Items")


def _percentage(fields: Fields) -> Value | None:
    name = "ToleratedFailurePercentage"
    if fields.has(name) and not is_query(fields.raw(name)):
        found = fields.number(name, least=0, most=100, whole=False)
        return None if found is None else Constant(found)
    return fields.count(name, least=0, most=100)


def _batcher(fields: Fields) -> Batcher | None:
    inner = fields.object("ItemBatcher")
    if inner is None:
        return None
    found = Batcher(
        max_items=inner.count("MaxItemsPerBatch", least=1),
        max_bytes=inner.count("MaxInputBytesPerBatch", least=1, most=262_144),
        input=inner.template("BatchInput"),
    )
    inner.finish(" in ItemBatcher")
    if found.max_items is None and found.max_bytes is None:
        inner.problems.error(inner.pointer, "ItemBatcher has MaxItemsPerBatch or MaxInputBytesPerBatch")
    return found


_READERS: Final[Mapping[StateType, Callable[[dict[str, Any], Fields, ReadFlow, int], State | None]]] = {
    StateType.PASS: _pass,
    StateType.TASK: _task,
    StateType.CHOICE: _choice,
    StateType.WAIT: _wait,
    StateType.SUCCEED: _succeed,
    StateType.FAIL: _fail,
    StateType.PARALLEL: _parallel,
    StateType.MAP: _map,
}
