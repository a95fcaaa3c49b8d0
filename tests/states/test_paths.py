"""JSONPath and the intrinsic functions."""

from typing import Any

import pytest

from jackfield.states import Failed, Succeeded
from jackfield.states.jsonpath import PathNotFoundError, PathSyntaxError, PathTooWideError, find, read_path
from states_machines import ends, machine, start

DATA: dict[str, Any] = {
    "store": {
        "books": [
            {"title": "A", "price": 8.95, "tags": ["x", "y"]},
            {"title": "B", "price": 12, "isbn": "1"},
            {"title": "C", "price": 8.99, "isbn": "2", "tags": []},
        ],
        "bike": {"price": 19.95},
    },
    "a.b": {"c d": 1},
    "limit": 10,
    "list": [3, 1, 2],
    "$x-y:z": 5,
    "@id": 6,
    "null": [{"a": None}, {"a": 1}, {}],
}


@pytest.mark.requirement("P1")
@pytest.mark.parametrize(
    ("path", "result"),
    [
        ("$", DATA),
        ("$.limit", 10),
        ("$['limit']", 10),
        ('$["a.b"]["c d"]', 1),
        ("$.store.books[0].title", "A"),
        ("$.store.books[(@.length-1)].title", "C"),
        ("$.store.books[*].title", ["A", "B", "C"]),
        ("$.store.books[0,2].title", ["A", "C"]),
        ("$.store.books[1:].title", ["B", "C"]),
        ("$.store.books[:-1].title", ["A", "B"]),
        ("$.store.books[-2:].title", ["B", "C"]),
        ("$.store.books[0:3:2].title", ["A", "B", "C"]),
        ("$.store.books[1:-1].title", []),
        ("$.store.books[*].tags[0]", ["x"]),
        ("$..price", [8.95, 12, 8.99, 19.95]),
        ("$..books[0]", [DATA["store"]["books"][0]]),
        ("$..['title']", ["A", "B", "C"]),
        ("$.store.bike['price','wheels']", {"price": 19.95}),
        ("$.store.books[*]['title','isbn']", [{"title": "A"}, {"title": "B", "isbn": "1"}, {"title": "C", "isbn": "2"}]),
        ("$.store.books[*].isbn", ["1", "2"]),
        ("$..[?(@.price > 12)]", [{"price": 19.95}]),
        ("$.store.books[?(@.title == B)].price", [12]),
        ("$.store.books[?(@.title==B || @.title == C d)].price", [12]),
        ("$.store.books[?(@.price == '12')].title", ["B"]),
        ("$.store.books[?(@.isbn == 1)].title", ["B"]),
        ("$.store.books[?(@.isbn != 1)].title", ["C"]),
        ("$.store.books[?(@.price > '9')].title", ["B"]),
        ("$.store.books[?(@.price =~ /8\\..*/)].title", ["A", "C"]),
        ("$.store.books[?(12 == @.price)].title", ["B"]),
        ("$.$x-y:z", 5),
        ("$.@id", 6),
        ("$.store.books[?(@.isbn)].title", ["B", "C"]),
        ("$.store.books[?(!@.isbn)].title", ["A"]),
        ("$.store.books[?(@.price < 9)].title", ["A", "C"]),
        ("$.store.books[?(@.price < $.limit)].title", ["A", "C"]),
        ("$.store.books[?(@.price < 9 && @.isbn == '2')].title", ["C"]),
        ("$.store.books[?(@.price > 10 || @.title == 'A')].title", ["A", "B"]),
        ("$.store.books[?((@.price > 10 || @.title == 'A') && @.isbn)].title", ["B"]),
        ("$.store.books[?(@.title =~ /[ab]/i)].title", ["A", "B"]),
        ("$.store.books[?(@.title in ['A', 'C'])].title", ["A", "C"]),
        ("$.store.books[?(@.title nin ['A', 'C'])].title", ["B"]),
        ("$.store.books[?(@.tags contains 'x')].title", ["A"]),
        ("$.store.books[?(@.tags empty true)].title", ["C"]),
        ("$.store.books[?(@.tags size 2)].title", ["A"]),
        ("$.store.books[?(@.tags anyof ['y', 'z'])].title", ["A"]),
        ("$.store.books[?(@.title != 'A')].title", ["B", "C"]),
        ("$.store.books[?(@.price == 12.0)].title", ["B"]),
        ("$.nothing[*].a", []),
        ("$.store.books[?(@.price > 100)]", []),
        ("$.null[?(@.a)]", [{"a": 1}]),
        ("$.null[?(@.a == null)]", [{"a": None}]),
        ("$.null[?(@.a != null)]", [{"a": 1}]),
    ],
)  # fmt: skip
def test_paths_find_what_they_lead_to(path: str, result: Any) -> None:
    assert find(read_path(path), DATA) == result


@pytest.mark.parametrize(
    "path",
    [
        "$.nothing",
        "$.limit.x",
        "$.list[3]",
        "$.list[-1]",
        "$.list.a",
        "$.list.length()",
        "$.list.sum()",
        "$.list[0,3]",
        "$.list[-2:-1]",
        "$.limit[0:1]",
        "$.limit[?(@.x)]",
        "$.store.*.price",
        "$.store.books[1:].tags",
        "$.store.books[?(@.price > 9)].tags",
    ],
)
def test_a_path_that_leads_nowhere_says_so(path: str) -> None:
    with pytest.raises(PathNotFoundError):
        find(read_path(path), DATA)


@pytest.mark.parametrize(
    "path",
    ["", "a", "$.", "$..", "$[", "$[]", "$['a'", "$['a]", "$.a[?(@.x)", "$.a[?()]", "$.a[?(@.x ==)]", "$.a b",
     "$.a[?(@.x =~ /(a)\\1/)]", "$[?" + "(" * 80 + "@.x" + ")" * 80 + "]", "$.a[::2]"],
)  # fmt: skip
def test_what_is_no_path_is_refused_when_it_is_read(path: str) -> None:
    with pytest.raises(PathSyntaxError):
        read_path(path)


@pytest.mark.requirement("D25")
def test_a_path_that_looks_at_too_much_is_stopped() -> None:
    deep: Any = [1, 2, 3]
    for _ in range(30):
        deep = [deep, deep]
    with pytest.raises(PathTooWideError):
        find(read_path("$..*"), deep)
    with pytest.raises(PathTooWideError):
        find(read_path("$..*..*..*..*..*"), [[list(range(30))] * 30] * 30)


def called(call: str, data: Any = None) -> Any:
    outcome = start(machine(jsonata=False, A=ends(Parameters={"r.$": call})), data).outcome
    if isinstance(outcome, Failed):
        return outcome.error
    assert isinstance(outcome, Succeeded)
    return outcome.output["r"]


@pytest.mark.requirement("P1")
@pytest.mark.parametrize(
    ("call", "result"),
    [
        ("States.Format('{} is {}', $.name, 5)", "Ann is 5"),
        (r"States.Format('\{{}\} it\'s \\', $.name)", r"{Ann} it's \ "[:-1]),
        ("States.Format($.template, 'x')", "<x>"),
        ("States.Format('{}', true)", "true"),
        ("States.Format('{}', null)", "null"),
        ("States.Format('{}', $.list)", "[1, 2]"),
        ("States.Array(1, 'a', null, $.name, States.Array())", [1, "a", None, "Ann", []]),
        ("States.ArrayContains($.list, 2)", True),
        ("States.ArrayContains($.list, '2')", False),
        ("States.ArrayRange(1, 9, 2)", [1, 3, 5, 7, 9]),
        ("States.ArrayRange(5, 1, -2)", [5, 3, 1]),
        ("States.ArrayGetItem($.list, 1)", 2),
        ("States.ArrayLength($.list)", 2),
        ("States.ArrayUnique(States.Array(1, 1, 'a', 'a', 2))", [1, "a", 2]),
        ("States.ArrayPartition(States.Array(1, 2, 3), 2)", [[1, 2], [3]]),
        ("States.Base64Decode(States.Base64Encode('ä€'))", "ä€"),
        ("States.Hash('input data', 'SHA-1')", "aaff4a450a104cd177d28d18d74485e8cae074b7"),
        ("States.StringSplit('a.b+c.', '.+')", ["a", "b", "c"]),
        ("States.MathAdd(1.5, 1)", 3),
        ("States.JsonToString($.object)", '{"a":[1,null]}'),
        ("States.StringToJson('[1.5, {\"a\": null}]')", [1.5, {"a": None}]),
        ("States.JsonMerge($.object, States.StringToJson('{\"b\": 2}'), false)", {"a": [1, None], "b": 2}),
        ("States.ArrayPartition(States.Array(1, 2, 3), 1.5)", [[1, 2], [3]]),
        ("States.ArrayRange(0.5, 2.5, 1)", [1, 2, 3]),
        ("States.Array($.object['a','b'], $.list[0,1])", [{"a": [1, None]}, [1, 2]]),
        ("$.list[?(@ > 1)]", [2]),
        ("$$.State.Name", "A"),
        ("States.Format('{}', 1, 2)", "States.IntrinsicFailure"),
        ("States.Format('{} {}', 1)", "States.IntrinsicFailure"),
        ("States.ArrayGetItem($.list, 2)", "States.IntrinsicFailure"),
        ("States.ArrayRange(1, 2000, 1)", "States.IntrinsicFailure"),
        ("States.ArrayPartition($.list, 0)", "States.IntrinsicFailure"),
        ("States.StringToJson('{')", "States.IntrinsicFailure"),
        ("States.Base64Decode('?')", "States.IntrinsicFailure"),
        ("States.Hash('a', 'CRC')", "States.IntrinsicFailure"),
        ("States.Hash('a', $.object)", "States.IntrinsicFailure"),
        ("States.ArrayRange(1, 1e300, 1)", "States.IntrinsicFailure"),
        ("States.MathAdd('a', 1)", "States.IntrinsicFailure"),
        ("States.JsonMerge(1, 2, false)", "States.IntrinsicFailure"),
        ("States.MathRandom(5, 1)", "States.IntrinsicFailure"),
        ("$.gone", "States.Runtime"),
        ("$gone", "States.Runtime"),
    ],
)  # fmt: skip
def test_intrinsic_functions_do_what_the_specification_says(call: str, result: Any) -> None:
    data = {"name": "Ann", "template": "<{}>", "list": [1, 2], "object": {"a": [1, None]}}
    assert called(call, data) == result


def test_random_numbers_of_the_intrinsic_functions_are_the_same_in_a_replay() -> None:
    definition = machine(
        jsonata=False, A=ends(Parameters={"a.$": "States.UUID()", "b.$": "States.MathRandom(1, 1000000)"})
    )
    first, again, other = (start(definition, seed=seed).outcome for seed in ("s", "s", "t"))
    assert first == again != other
    assert called("States.MathRandom(1, 1000, 7)") == called("States.MathRandom(1, 1000, 7)")


@pytest.mark.requirement("P1")
@pytest.mark.parametrize(
    ("fields", "output"),
    [
        ({}, {"a": {"b": 1}, "c": [1, 2]}),
        ({"InputPath": "$.a"}, {"b": 1}),
        ({"InputPath": None}, {}),
        ({"OutputPath": "$.c[1]"}, 2),
        ({"OutputPath": None}, {}),
        ({"Result": 5, "ResultPath": "$.a.x"}, {"a": {"b": 1, "x": 5}, "c": [1, 2]}),
        ({"Result": 5, "ResultPath": "$.new.deep"}, {"a": {"b": 1}, "c": [1, 2], "new": {"deep": 5}}),
        ({"Result": 5, "ResultPath": "$.c[0]"}, {"a": {"b": 1}, "c": [5, 2]}),
        ({"Result": 5, "ResultPath": None}, {"a": {"b": 1}, "c": [1, 2]}),
        ({"Result": 5}, 5),
        ({"InputPath": "$.a", "Parameters": {"x.$": "$.b"}, "ResultPath": "$.p"}, {"a": {"b": 1}, "c": [1, 2], "p": {"x": 1}}),
    ],
)  # fmt: skip
def test_data_flows_through_a_state_by_its_paths(fields: dict[str, Any], output: Any) -> None:
    outcome = start(machine(jsonata=False, A=ends(**fields)), {"a": {"b": 1}, "c": [1, 2]}).outcome
    assert outcome == Succeeded(output)


@pytest.mark.parametrize("path", ["$.n.x", "$.list[5]", "$.list.x"])
def test_a_result_that_can_not_be_put_where_it_should_go_is_an_error(path: str) -> None:
    definition = machine(jsonata=False, A=ends(Result=1, ResultPath=path))
    outcome = start(definition, {"n": 5, "list": []}).outcome
    assert isinstance(outcome, Failed)
    assert outcome.error == "States.ResultPathMatchFailure"
