"""JSONata: as the reference implementation evaluates it, with what AWS adds, and never more than an expression may take."""

import json
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from jackfield.states.chance import Chance
from jackfield.states.jsonata import UNDEFINED, UNSUPPORTED, JsonataError, read_expression
from jackfield.states.meter import Meter

NOW = datetime(2026, 11, 27, 9, 30, 15, 250_000, tzinfo=UTC)
KNOWN = json.loads((Path(__file__).parent / "expressions.json").read_text("utf-8"))


def evaluate(text: str, data: Any = UNDEFINED, *, seed: str = "seed", **variables: Any) -> Any:
    states, chance = {"input": data}, Chance(seed, "here")
    return read_expression(text).evaluate(variables, states, chance, NOW, Meter(10_000_000), data=data)


def fails(text: str, data: Any = UNDEFINED) -> str:
    with pytest.raises(JsonataError) as caught:
        evaluate(text, data)
    assert str(caught.value).startswith(caught.value.code)
    assert "?" not in str(caught.value).partition("/")[0], "a detail of the message is missing"
    return caught.value.code


@pytest.mark.requirement("P1")
def test_expressions_are_evaluated_as_by_the_reference_implementation() -> None:
    wrong: dict[str, Any] = {}
    for known in KNOWN["expressions"]:
        try:
            found = evaluate(known["expression"], KNOWN["data"])
        except JsonataError as error:
            is_right = known.get("error") == error.code
            found = str(error)
        else:
            is_right = found is UNDEFINED if "nothing" in known else found == known.get("result", UNDEFINED)
        if not is_right:
            wrong[known["expression"]] = found

    assert not wrong
    assert len(KNOWN["expressions"]) >= 290


@pytest.mark.requirement("P1")
@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("$partition([1, 2, 3, 4, 5], 2)", [[1, 2], [3, 4], [5]]),
        ("$range(0, 10, 5)", [0, 5, 10]),
        ("$range(3, 1, -1)", [3, 2, 1]),
        ("$range(1, 1, 1)", 1),
        ("$range(-1.7, 2, 1)", [-1, 0, 1, 2]),
        ("$range(5, 1, -1.5)", [5, 4, 3, 2, 1]),
        ("$count($range(1, 200000, 1))", 200_000),
        ("$partition([1, 2, 3])", [[1, 2, 3]]),
        ("$partition([1, 2, 3, 4, 5], 2.9)", [[1, 2], [3, 4], [5]]),
        ("$random(42)", 0.7275636800328681),
        ("$random(0.9)", 0.730967787376657),
        ("$random(7)", 0.7306990420600421),
        ("1/0", "Infinity"),
        ("[-1/0]", ["-Infinity"]),
        ('{"k": 0/0}', {"k": "NaN"}),
        ("1e308 * 10", "Infinity"),
        ('$parseInteger("abc", "0")', "NaN"),
        ('$parseInteger("10/30", "\u0661")', "NaN"),
        ('$parseInteger("\u0661\u0662", "\u0661")', 12),
        ('$formatNumber(1, "#0", {"pattern-separator": ""})', "1"),
        ("$hash('input data', 'SHA-256')", "b4a697a057313163aee33cd8d40c66e9f0f177e00cac2de32475ffff6169c3e3"),
        ("$parse('{\"a\": [1, null]}').a", [1, None]),
        ("$parse('[1.50]')", [1.5]),
        ("$now()", "2026-11-27T09:30:15.250Z"),
        ("$millis()", 1795771815250),
        ("$now('[Y]')", "2026"),
    ],
)
def test_the_functions_that_aws_adds_are_there_and_time_is_what_was_passed_in(text: str, result: Any) -> None:
    assert evaluate(text) == result


@pytest.mark.parametrize(
    "text",
    ["$partition([], 2)", "$partition([1], 0)", "$partition([1, 2], -0.5)", "$range(5, 1, 1)", "$range(1, 5, 0)",
     "$range(1, 5)", "$hash('a')", "$parse()"],
)  # fmt: skip
def test_what_those_functions_can_not_make_of_an_argument_is_nothing(text: str) -> None:
    assert evaluate(text) is UNDEFINED


@pytest.mark.parametrize(
    "text",
    ["$partition([1, 2], -1)", "$partition(null, 2)", "$range(1)", "$hash(42, 'MD5')", "$hash('a', 'md5')", "$uuid(1)",
     "$random(1, 2)", "$parse('')", "$parse('{} {}')", "$parse('1e400')", "$parse('{\"a\":1,\"a\":2}')", "1/0 + 1",
     "$range(0, 1e300, 1)"],
)  # fmt: skip
def test_what_they_refuse_is_an_error(text: str) -> None:
    assert fails(text)


def test_chance_is_the_same_for_the_same_seed_and_place() -> None:
    text = "[$random(), $random(), $uuid(), $join($map($shuffle([1..20]), $string))]"

    first, second, other = evaluate(text), evaluate(text), evaluate(text, seed="another")

    assert first == second
    assert first != other
    assert first[0] != first[1]
    assert all(0 <= one < 1 for one in first[:2])
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", first[2])
    assert evaluate("$random(42)") == evaluate("$random(42)", seed="another")


def test_variables_and_states_are_seen_and_can_be_shadowed_only_inside() -> None:
    assert evaluate("$name & $states.input.x", {"x": 7}, name="n") == "n7"
    assert evaluate("($states := 5; $states)") == 5
    assert evaluate("$missing") is UNDEFINED


@pytest.mark.requirement("D15")
def test_an_expression_reaches_nothing_but_its_data() -> None:
    for text in (
        "$states.__class__",
        "$states.input.__init__.__globals__",
        "$lookup($states, '__dict__')",
        "$keys($sum)",
        "constructor.prototype",
        "$.constructor",
        "$sum.name",
        "$map([$uppercase], function($f) { $f.run })",
    ):
        assert evaluate(text, {"x": 1}) is UNDEFINED, text
    assert fails("__import__('os')") == "T1006"
    assert fails("$string.__self__()") == "T1006"
    assert fails("$eval('1 + 1')") == "D9001"
    assert fails("($e := $eval; $e('1'))") == "D9001"


def test_what_is_no_json_is_no_result() -> None:
    for text in ("function($x) { $x }", "[$sum]", '{"a": function() { 1 }}'):
        assert evaluate(text) is UNSUPPORTED


HOSTILE = {
    "endless recursion": "($f := function($n) { 1 + $f($n + 1) }; $f(1))",
    "endless jumps": "($f := function() { $f() }; $f())",
    "mutual jumps": "($a := function($n) { $b($n) }; $b := function($n) { $a($n) }; $a(1))",
    "padding": '$pad("x", 2000000000)',
    "doubling of text": '$reduce([1..60], function($a, $b) { $a & $a }, "xxxx")',
    "doubling of arrays": "$reduce([1..60], function($a, $b) { $append($a, $a) }, [1])",
    "sharing, written out": "$string($reduce([1..60], function($a, $b) { [$a, $a] }, [1]))",
    "sharing, handed out": '$reduce([1..60], function($a, $b) { {"a": $a, "b": $a} }, 1)',
    "sharing, compared": "($x := $reduce([1..60], function($a, $b) { [$a, $a] }, 1); "
    "$y := $reduce([1..60], function($a, $b) { [$a, $a] }, 1); $x = $y)",
    "a range": "[1..1073741824]",
    "ranges of ranges": '[1..100000].{"a": [1..100000]}',
    "a product": "[1..5000].([1..5000])",
    "a predicate on a product": "($x := [1..5000]; $x.($x[$ = 5000]))",
    "many texts": '$join($map([1..100000], function() { $pad("x", 100000) }))',
    "replacement by more": '$replace($pad("", 100000, "x"), "x", $pad("", 100000, "y"))',
    "replacement by match": '$replace($pad("", 500000, "a"), /a/, "bb")',
    "sorting": "$sort([1..400000], function($a, $b) { $a < $b })",
    "merging": "$reduce([1..20000], function($a, $b) { $merge([$a, {$string($b): $b}]) }, {})",
    "distinct objects": '$distinct([1..100000].{"a": [$, $]})',
    "zip": "$zip([1..400000], [1..400000])",
    "deep data": '$reduce([1..5000], function($a, $b) { {"a": $a} }, 1)',
    "descendants of descendants": "($x := $reduce([1..12], function($a, $b) { [$a, $a, $a] }, 1); $x.**.**)",
}


@pytest.mark.requirement("D15", "D25")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_expression_ends_in_an_error_after_little_work(name: str) -> None:
    before = time.thread_time()
    code = fails(HOSTILE[name])

    assert code in {"D9011", "D9012", "D9013", "D1011", "D2014"}
    # Ten times what it takes: a budget that doesn't bind takes minutes, or all memory.
    assert time.thread_time() - before < 10


@pytest.mark.requirement("D25")
@pytest.mark.parametrize(
    "pattern",
    ["^(a+)+$", "(a|a)*$", "(a|aa)+$", "(.*a){12}$", "([a-zA-Z]+)*$", "(x+x+)+y", "^(([a-z])+.)+[A-Z]([a-z])+$"],
)
def test_no_regular_expression_is_slow(pattern: str) -> None:
    before = time.thread_time()
    evaluate(f"$contains(text, /{pattern}/)", {"text": "a" * 50_000 + "!"})
    assert time.thread_time() - before < 10


@pytest.mark.requirement("D25")
@pytest.mark.parametrize("pattern", [r"(a)\1", "(?=a)", "(?<!a)b", "(((a{1,900}){1,900}){1,900})"])
def test_what_only_backtracking_can_do_is_refused_when_the_definition_is_read(pattern: str) -> None:
    with pytest.raises(JsonataError) as caught:
        read_expression(f"$contains('a', /{pattern}/)")
    assert caught.value.code == "S0303"


@pytest.mark.parametrize(
    "text",
    ["(" * 5000 + "1" + ")" * 5000, "-" * 5000 + "1", "[" * 5000, "1" + "+1" * 5000, "a" + ".a" * 5000, "a" * 70_000],
)
def test_expressions_that_are_nested_too_deep_or_too_long_are_refused_when_they_are_read(text: str) -> None:
    with pytest.raises(JsonataError) as caught:
        read_expression(text)
    assert caught.value.code in {"S0901", "S0902"}


@pytest.mark.parametrize("depth", [60, 100])
def test_functions_may_call_one_another_a_hundred_deep(depth: int) -> None:
    text = f"($f := function($n) {{ $n <= 1 ? 1 : $n + $f($n - 1) }}; $f({depth}))"
    assert evaluate(text) == depth * (depth + 1) // 2


def test_ten_thousand_items_are_summed_and_sorted_within_the_budget() -> None:
    data = {"items": [{"price": one % 97, "quantity": 2} for one in range(10_000)]}

    assert evaluate("$sum(items.(price * quantity))", data) == sum(one % 97 * 2 for one in range(10_000))
    assert evaluate("$count(items^(>price, quantity))", data) == 10_000
    assert evaluate("$count($sort(items, function($a, $b) { $a.price > $b.price }))", data) == 10_000


def test_long_texts_are_taken_apart_within_the_budget() -> None:
    data = {"text": "\n".join(f"line {number};{number * 7}" for number in range(5000))}

    assert evaluate("$count($split(text, /\\n/))", data) == 5000
    assert evaluate("$count($match(text, /;[0-9]+/))", data) == 5000
    assert len(evaluate("$replace(text, /line ([0-9]+)/, '$1')", data)) == len(data["text"]) - 5 * 5000


def test_data_that_goes_in_is_never_changed() -> None:
    data = {"order": {"id": 1, "lines": [{"a": 1}]}}
    before = json.dumps(data)

    assert evaluate('order ~> |lines|{"a": 2}|', data) == {"id": 1, "lines": [{"a": 2}]}
    evaluate("$sort([3, 1, 2])", data)
    evaluate("($append(order.lines, 1); $reverse(order.lines); $merge([order, {'x': 1}]))", data)

    assert json.dumps(data) == before


@pytest.mark.parametrize(
    ("text", "position"), [("1 +", 3), ("[1, 2", 5), ('{"a" 1}', 6), ('"unclosed', 9), ("a.b.(c", 6), ("1 2", 3)]
)
def test_what_can_not_be_read_is_refused_with_its_place(text: str, position: int) -> None:
    with pytest.raises(JsonataError) as caught:
        read_expression(text)
    assert caught.value.code.startswith("S0")
    assert caught.value.position == position
