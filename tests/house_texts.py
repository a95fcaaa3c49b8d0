"""The sentences that Jackfield says, read from its code: f-strings become sentences with numbered gaps."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jackfield
from jackfield.api.languages import label_of
from jackfield.catalog import make_catalogue
from jackfield.connectors import Connector
from jackfield.triggers import KINDS, Kind

ROOT = Path(jackfield.__file__).parent
SPOKEN = {
    "api",
    "audit",
    "catalog",
    "connections",
    "connectors",
    "directory",
    "egress",
    "gateway",
    "isolation",
    "integrations",
    "kernel",
    "notices",
    "openapi",
    "processes",
    "triggers",
}
"""Packages whose errors people read in pages."""
PROSE = (
    "api/problems.py",
    "connections/access.py",
    "connections/service/features.py",
    "connections/service/outbound.py",
    "connections/viewing.py",
    "directory/access.py",
    "directory/decisions.py",
    "integrations/access.py",
    "integrations/responsibilities.py",
    "integrations/suggestions.py",
    "kernel/wrong_input.py",
    "openapi/changes/sentences.py",
    "openapi/effects/reasons.py",
    "openapi/requests/messages.py",
    "processes/access.py",
    "processes/checks.py",
    "triggers/service/views.py",
)
"""Modules of which every sentence is read by people, errors or not."""
FOR_DEVELOPERS = {
    "a secret can't be pickled or copied",
    "a secret can't be written",
    "a secret is no key",
    "the route {1} doesn't declare who may use it",
    "these routes don't declare who may use them: {1}",
    "{1} is no open intent of this process",
}
"""Raised where somebody programs wrongly; nobody else ever reads them."""


NOT_SAID = {'Bearer realm="jackfield"', "Value error, ", "outbound target", "{1} port {2}", " or ", ", ", " "}
"""Stand in such a module and are no sentences: of a protocol, of a library, of the record."""


SAYING = ("Error", "__init__", "Note", "_warn", "_fail")
"""What functions are called whose argument somebody reads."""


def sentence(node: ast.expr | None) -> str | None:
    """What an expression says, if it is a text; what is filled in is `{1}`, `{2}` and so on."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr():
            found, gaps = "", 0
            for part in node.values:
                if isinstance(part, ast.Constant):
                    found += str(part.value)
                else:
                    gaps += 1
                    found += f"{{{gaps}}}"
            return found
        case _:
            return None


def modules(package: str) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((ROOT / package).rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


@cache
def errors_of(package: str) -> frozenset[str]:
    """The messages of all errors that are raised in a package, and of what is remarked in it."""
    found: set[str] = set()
    for _, module in modules(package):
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and _name(node.func).endswith(SAYING):
                texts = map(sentence, node.args[:2] if _name(node.func) == "_fail" else node.args[:1])
                found.update(said for said in texts if said and " " in said)
    return frozenset(found - FOR_DEVELOPERS)


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


@cache
def all_texts_of(package: str) -> frozenset[str]:
    """Every text in a package's code; docstrings too, which are the descriptions of forms."""
    found: set[str] = set()
    for _, module in modules(package):
        for node in ast.walk(module):
            if isinstance(node, (ast.Constant, ast.JoinedStr)) and (said := sentence(node)):
                found.add(said)
    return frozenset(found)


@cache
def prose_of(path: str) -> frozenset[str]:
    """The sentences of a module, without what is written for readers of the code."""
    module = ast.parse((ROOT / path).read_text("utf-8"))
    for_readers = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    inside = {id(part) for node in ast.walk(module) if isinstance(node, ast.JoinedStr) for part in node.values}
    return frozenset(
        said
        for node in ast.walk(module)
        if isinstance(node, (ast.Constant, ast.JoinedStr)) and id(node) not in for_readers | inside
        if (said := sentence(node)) and " " in said and said not in NOT_SAID
    )


def connectors() -> list[Connector[Any]]:
    return list(make_catalogue(()))


def texts_of(connector: Connector[Any]) -> Iterator[str]:
    """What people read of a connector: its forms' labels and help, its ways to sign in, its actions."""
    yield from (connector.title, connector.description)
    yield from _of_schema(connector.details.model_json_schema())
    for scheme in connector.schemes:
        yield scheme.title
        yield from _of_schema(scheme.credentials.model_json_schema())
    for action in connector.actions.values():
        yield from (action.title, action.description)
        yield from _of_schema(action.arguments.model_json_schema())
        yield from _of_schema(action.result.model_json_schema(mode="serialization"))


def kinds_of_triggers() -> list[Kind]:
    return list(KINDS.values())


def texts_of_kind(kind: Kind) -> Iterator[str]:
    """What people read of a kind of trigger: its form's labels and help."""
    yield from (kind.title, kind.description)
    yield from _of_schema(kind.settings.model_json_schema())


def _of_schema(node: Any, *, is_model: bool = True) -> Iterator[str]:
    if isinstance(node, list):
        for one in node:  # pyright: ignore[reportUnknownVariableType]  # JSON
            yield from _of_schema(one, is_model=False)
    if isinstance(node, dict):
        for name, value in node.items():  # pyright: ignore[reportUnknownVariableType]  # JSON
            # The title of a model is the name of its class, which no form shows.
            # And the values of an `enum` that has names of its own are shown by those.
            is_shown = not (is_model and name == "title") and not (name == "enum" and "enumNames" in node)
            if is_shown:
                yield from _of_keyword(str(name), value)  # pyright: ignore[reportUnknownArgumentType]  # JSON


def _of_keyword(name: str, value: Any) -> Iterator[str]:
    match name, value:
        case "title" | "description", str():
            yield value
        case "enum", list():
            # What is its own name, as GET, is no word.
            yield from (label_of(one) for one in value if label_of(one) != one)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # JSON
        case "enumNames", list():
            yield from (str(one) for one in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # JSON
        case "properties" | "$defs", dict():
            for one in value.values():  # pyright: ignore[reportUnknownVariableType]  # JSON
                yield from _of_schema(one, is_model=name == "$defs")
        case _:
            yield from _of_schema(value, is_model=False)
