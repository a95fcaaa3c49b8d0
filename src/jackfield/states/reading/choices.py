"""The `Choices` of a Choice."""

from typing import Any, Final

from jackfield.states.choices import OPERATORS, WITH_PATH, AtLeastOne, Comparison, Every, Not, Rule
from jackfield.states.jsonpath import JsonPath
from jackfield.states.machine import Branch
from jackfield.states.reading.fields import Fields, under
from jackfield.states.timestamps import read_timestamp
from jackfield.states.values import PathValue, QueryValue, is_query

_NESTING: Final = 50
_LOGIC: Final = ("And", "Or", "Not")
_NAMES: Final[dict[Any, str]] = {str: "a String", bool: "a Boolean", (int, float): "a number"}


def read_branch(fields: Fields) -> Branch | None:
    """One of the `Choices`."""
    following = fields.text("Next", required=True)
    assign = fields.assign()
    output = fields.template("Output") if fields.is_jsonata else None
    rule, condition = None, None
    if fields.is_jsonata:
        condition = _condition(fields)
        fields.finish(" in a choice of JSONata")
        if condition is None:
            return None
    else:
        rule = _rule(fields, 0)
        if rule is None:
            return None
    return (
        None
        if following is None
        else Branch(rule=rule, condition=condition, next=following, assign=assign, output=output)
    )


def _condition(fields: Fields) -> QueryValue | bool | None:
    found = fields.raw("Condition")
    if not fields.has("Condition"):
        fields.problems.error(fields.pointer, "The field 'Condition' is required but was missing")
        return None
    if isinstance(found, bool):
        return found
    if not is_query(found):
        fields.error("Condition", "Value is not a Boolean or a JSONata expression between {% and %}")
        return None
    value: Any = fields.query("Condition", (), "a Boolean")
    return value


def _rule(fields: Fields, depth: int) -> Rule | None:
    if depth > _NESTING:
        fields.problems.error(fields.pointer, f"Rules are nested at most {_NESTING} deep")
        return None
    logic = [name for name in _LOGIC if fields.has(name)]
    operators = [name for name in fields.members if name in OPERATORS or name.removesuffix("Path") in WITH_PATH]
    if len(logic) + len(operators) != 1:
        fields.problems.error(
            fields.pointer, "A rule has exactly one of And, Or, Not or a comparison such as NumericEquals"
        )
        return None
    if depth and fields.has("Next"):
        fields.error("Next", "Field is not supported inside of And, Or and Not")
    rule = _logic(fields, logic[0], depth) if logic else _comparison(fields, operators[0])
    fields.finish(" in a rule")
    return rule


def _logic(fields: Fields, name: str, depth: int) -> Rule | None:
    if name == "Not":
        inner = fields.object("Not", required=True)
        rule = _rule(inner, depth + 1) if inner else None
        return Not(rule) if rule else None
    rules = [_rule(one, depth + 1) for one in fields.objects(name, required=True)]
    known = tuple(one for one in rules if one is not None)
    if len(known) != len(rules) or not known:
        return None
    return Every(known) if name == "And" else AtLeastOne(known)


def _comparison(fields: Fields, operator: str) -> Rule | None:
    value = fields.raw(operator)
    if not fields.has("Variable"):
        fields.problems.error(fields.pointer, "The field 'Variable' is required but was missing")
        return None
    found = fields.path("Variable")
    variable: JsonPath | None = found.path if isinstance(found, PathValue) else None
    bare = operator if operator in OPERATORS else operator.removesuffix("Path")
    operand: Any = value
    if bare != operator:
        operand = fields.path(operator)
        if operand is None:
            return None
    else:
        kind = OPERATORS[operator]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            fields.error(operator, f"Value is not {_NAMES[kind]}")
            return None
        if operator.startswith("Timestamp") and read_timestamp(str(value)) is None:
            fields.problems.error(under(fields.pointer, operator), "String does not match RFC3339 timestamp")
            return None
    return Comparison(variable, bare, operand) if variable else None
