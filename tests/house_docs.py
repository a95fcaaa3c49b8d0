"""What docs/ says of the program, read from the program: settings, connectors, errors, commands.

A page holds blocks between `<!-- begin NAME: written by scripts/docs -->` and `<!-- end NAME -->`; what stands around
them is written by hand. `scripts/docs` writes the blocks anew, tests/house/test_docs.py holds that they are current.
"""

import ast
import importlib
import os
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel
from pydantic_core import PydanticUndefined
from typer.main import get_command

from jackfield import settings
from jackfield.api.problems import STATUS_OF_CODE, STATUS_OF_KIND
from jackfield.catalog import make_catalogue
from jackfield.cli.app import app
from jackfield.connectors import Action, Connector, Weight
from jackfield.errors import HubError, Kind

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
SOURCE = ROOT / "src" / "jackfield"

_BLOCK = re.compile(
    r"^<!-- begin (?P<name>[^:\n]+): written by scripts/docs -->\n.*?^<!-- end (?P=name) -->$", re.MULTILINE | re.DOTALL
)
_NOTHING = "–"  # noqa: RUF001  # a dash in a table
_HOMES = {"XDG_DATA_HOME": "~/.local/share", "XDG_CONFIG_HOME": "~/.config", "XDG_STATE_HOME": "~/.local/state"}
"""Written as they are on a machine where nobody has set them."""


def render(text: str) -> str:
    """A page with its blocks written anew.

    Raises:
        KeyError: It has a block that nothing writes.
    """

    def write(found: re.Match[str]) -> str:
        name = found["name"]
        kind, _, rest = name.partition(" ")
        body = _WRITERS[kind](rest).strip("\n")
        return f"<!-- begin {name}: written by scripts/docs -->\n{body}\n<!-- end {name} -->"

    return _BLOCK.sub(write, text)


def pages() -> dict[Path, str]:
    """Every page that has blocks, as it should be."""
    return {path: render(text) for path in sorted(DOCS.glob("*.md")) if _BLOCK.search(text := path.read_text("utf-8"))}


# --- settings


def field_docstrings(model: type[BaseModel]) -> dict[str, str]:
    """The docstrings that stand under the fields of a model of settings.py."""
    tree = ast.parse((SOURCE / "settings.py").read_text("utf-8"))
    (body,) = [one.body for one in tree.body if isinstance(one, ast.ClassDef) and one.name == model.__name__]
    found: dict[str, str] = {}
    for field, after in pairwise(body):
        match field, after:
            case (ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text)))):
                found[name] = " ".join(text.split())
            case _:
                pass
    return found


def variables(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, str, str]]:
    """Name, default and meaning of every variable of the environment that a model reads."""
    meanings = field_docstrings(model)
    for name, field in model.model_fields.items():
        if field.annotation is settings.Limits:
            continue
        default = field.get_default(call_default_factory=True)
        yield prefix + name.upper(), _default(default), meanings.get(name, "")


def _default(value: Any) -> str:  # noqa: PLR0911  # one way of writing for each type
    match value:
        case None | "" | ():
            return _NOTHING
        case bool():
            return "`true`" if value else "`false`"
        case timedelta():
            return f"`{_iso(value)}`"
        case int() if value >= 1024 and value % 1024 == 0 and value != 4096:
            size = value // (1 << 20) if value % (1 << 20) == 0 else value // 1024
            return f"`{value}` ({size} {'MiB' if value % (1 << 20) == 0 else 'KiB'})"
        case Path():
            return f"`{_short(value)}`"
        case float():
            return f"`{value:g}`"
        case _:
            return f"`{value}`"


def _short(path: Path) -> str:
    for variable, usual in _HOMES.items():
        home = os.environ.get(variable)
        if home and path.is_relative_to(home):
            return f"{usual}/{path.relative_to(home)}"
    return str(path).replace(str(Path.home()), "~")


def _iso(value: timedelta) -> str:
    """ISO 8601, as it can be set."""
    if value.days:
        return f"P{value.days}D"
    hours, minutes = divmod(value.seconds // 60, 60)
    return f"PT{hours}H" if hours and not minutes else f"PT{value.seconds // 60}M"


def _settings(which: str) -> str:
    model, prefix = {
        "server": (settings.Settings, "JACKFIELD_"),
        "limits": (settings.Limits, "JACKFIELD_LIMITS__"),
        "client": (settings.ClientSettings, "JACKFIELD_"),
    }[which]
    return _table(
        ("variable", "default", "meaning"),
        [(f"`{name}`", default, meaning) for name, default, meaning in variables(model, prefix)],
    )


# --- connectors


def catalogue() -> list[Connector[Any]]:
    """Every connector that comes with Jackfield."""
    return list(make_catalogue())


def _connectors(_: str) -> str:
    return _table(
        ("key", "connects to", "signs in by", "actions"),
        [
            (
                f"[`{one.key}`](#{one.title.lower().replace(' / ', '--').replace(' ', '-')})",
                one.title,
                ", ".join(f"`{scheme.key}`" for scheme in one.schemes),
                " ".join(f"`{key}`" for key in one.actions),
            )
            for one in catalogue()
        ],
    )


def _connector(key: str) -> str:
    one = make_catalogue().get(key)
    parts = [f"{one.description}", "**General details**", _fields(one.details)]
    for scheme in one.schemes:
        parts += [f"**Signing in: {scheme.title}** (`--scheme {scheme.key}`)", _fields(scheme.credentials)]
    for action in one.actions.values():
        parts += [
            f"### `{key} {action.key}`",
            f"{action.description} {_weight(action)}",
            _fields(action.arguments),
            "Answers: " + _answers(action),
        ]
    for watch in one.watches.values():
        parts += [f"### `{key} {watch.key}`", f"{watch.description} *For triggers, which listen to it.*"]
    return "\n\n".join(parts)


def _weight(action: Action) -> str:
    said = _weight_words(action.weight)
    return f"*At most {said}; less where the arguments say so.*" if action.weigh else f"*{said.capitalize()}.*"


def _weight_words(weight: Weight) -> str:
    effect = {"read": "only reads", "write": "writes", "destructive": "destructive", "sends_out": "sends out"}
    repeat = {
        "read": "may be repeated",
        "repeatable": "may be repeated",
        "keyed": "may be repeated with the same idempotency key",
        "once": "never repeated by itself",
    }
    return f"{effect[weight.effect.value]}, {repeat[weight.repeat.value]}"


def _fields(model: type[BaseModel]) -> str:
    schema = model.model_json_schema()
    properties: dict[str, Any] = schema.get("properties", {})
    if not properties:
        return "Nothing to fill in."
    required = schema.get("required", [])
    rows: list[tuple[str, ...]] = []
    for name, field in properties.items():
        default = model.model_fields[name].get_default(call_default_factory=True)
        if name in required or default is PydanticUndefined:
            left_out = "**needed**"
        elif isinstance(default, BaseModel):
            left_out = f"`{default.model_dump_json()}`"
        elif isinstance(default, bool):
            left_out = "`true`" if default else "`false`"
        else:
            left_out = (
                _NOTHING
                if default in (None, "", (), []) or default == {}
                else f"`{getattr(default, 'value', default)}`"
            )
        rows.append((f"`{name}`", _type(field, schema), left_out, field.get("description") or field.get("title", "")))
    return _table(("field", "type", "if left out", "meaning"), rows)


def _type(field: Mapping[str, Any], schema: Mapping[str, Any]) -> str:  # noqa: PLR0911  # as above
    if "$ref" in field:
        name = str(field["$ref"]).rpartition("/")[2]
        target = cast("Mapping[str, Any]", schema["$defs"][name])
        if "enum" in target:
            return _type(target, schema)
        return (
            "file" if name == "FileValue" else "object " + " ".join(f"`{one}`" for one in target.get("properties", {}))
        )
    if options := field.get("anyOf") or field.get("oneOf"):
        kinds = [_type(one, schema) for one in options if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in field:
        return ", ".join(f"`{one}`" for one in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    if field.get("format") == "password":
        return "secret"
    kind = field.get("type", "any JSON")
    if kind == "array":
        return f"list of {_type(field.get('items', {}), schema)}"
    bounds = [f"{sign} {field[name]}" for name, sign in (("minimum", "≥"), ("maximum", "≤")) if name in field]
    if unit := field.get("unit"):
        kind = f"{kind}, {unit}"
    return " ".join([kind, *([f"({', '.join(bounds)})"] if bounds else [])])


def _answers(action: Action) -> str:
    schema = action.result.model_json_schema(mode="serialization")
    properties: dict[str, Any] = schema.get("properties", {})
    return ", ".join(f"`{name}`" for name in properties) + "." if properties else "nothing."


# --- errors


@dataclass(frozen=True, slots=True)
class Raised:
    """One code that the program may answer with."""

    code: str
    kind: Kind
    meaning: str

    @property
    def status(self) -> int:
        """Of the HTTP answer."""
        return _STATUS_BY_HAND.get(self.code) or STATUS_OF_CODE.get(self.code) or STATUS_OF_KIND[self.kind]


_BY_HAND = (
    Raised("recipient.refused", Kind.REMOTE_REJECTED, "the mail server refuses a recipient; nobody got the mail"),
    Raised("route.method_not_allowed", Kind.INVALID, "The address exists, but not with this method."),
    Raised("route.not_found", Kind.NOT_FOUND, "There is no such address in the API."),
    Raised("server.failed", Kind.MISCONFIGURED, "A fault of Jackfield; the log has the rest, under `request_id`."),
)
"""Not made by calling an error's class where the code stands."""
_STATUS_BY_HAND = {"server.failed": 500}


def error_classes() -> dict[str, type[HubError]]:
    """Every error of the product, by the name of its class."""
    for module in pkgutil.walk_packages([str(SOURCE)], "jackfield."):
        if ".migrations.versions" not in module.name and module.name not in {
            "jackfield.__main__",
            "jackfield.migrations.env",
        }:
            importlib.import_module(module.name)

    def below(one: type[HubError]) -> Iterator[type[HubError]]:
        for child in one.__subclasses__():
            if child.__module__.startswith("jackfield."):
                yield child
                yield from below(child)

    return {one.__name__: one for one in below(HubError)}


def raised() -> dict[str, Raised]:
    """Every code of a class, and every one given where an error is made."""
    classes = error_classes()
    found = {one.code: one for one in _BY_HAND}
    for one in classes.values():
        own = one.__dict__.get("code")
        if isinstance(own, str):
            found.setdefault(own, Raised(own, one.kind, _first_paragraph(one)))
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            for code in _codes_of(node) - found.keys():
                one = classes[node.func.id if isinstance(node.func, ast.Name) else "?"]
                found[code] = Raised(code, one.kind, _message_of(node) or _first_paragraph(one))
    return dict(sorted(found.items()))


def _codes_of(call: ast.Call) -> set[str]:
    given = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
    texts = [one.value for value in given for one in ast.walk(value) if isinstance(one, ast.Constant)]
    return {text for text in texts if isinstance(text, str) and re.fullmatch(r"[a-z_]+\.[a-z_]+", text)}


def _message_of(call: ast.Call) -> str:
    """The sentence it is made with; what is filled in is `…`."""
    match call.args:
        case [ast.Constant(value=str(text)), *_]:
            return text
        case [ast.JoinedStr(values=values), *_]:
            return "".join(str(one.value) if isinstance(one, ast.Constant) else "…" for one in values)
        case _:
            return ""


def _first_paragraph(one: type[HubError]) -> str:
    return " ".join((one.__doc__ or "").split("\n\n")[0].split())


def _errors(_: str) -> str:
    return _table(
        ("code", "kind", "HTTP", "meaning"),
        [(f"`{one.code}`", one.kind.value, str(one.status), one.meaning) for one in raised().values()],
    )


def _kinds(_: str) -> str:
    named = error_classes()
    classes = {kind: named[f"{kind.value.title().replace('_', '')}Error"] for kind in Kind}
    return _table(
        ("kind", "HTTP", "whose move it is"),
        [(f"`{kind.value}`", str(status), _first_paragraph(classes[kind])) for kind, status in STATUS_OF_KIND.items()],
    )


# --- commands


def commands() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command: the words one types, and the command itself."""

    def below(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
        if not hasattr(command, "list_commands"):
            yield path, command
            return
        context = command.make_context(path[-1], ["?"], resilient_parsing=True)
        for name in command.list_commands(context):
            _, found, _ = command.resolve_command(context, [name])
            yield from below(found, (*path, name))

    yield from below(get_command(app), ("jackfield",))


def _commands(_: str) -> str:
    rows: list[tuple[str, ...]] = []
    for path, command in commands():
        told = " ".join((command.help or "").split("\n\n")[0].split())
        own = [one for one in command.params if not _SAME_EVERYWHERE.intersection(one.opts)]
        arguments = [f"[{name}]" if not one.required else name for one in own if (name := _argument(one))]
        options = [one for one in own if not _argument(one)]
        rows.append(
            (
                f"`{' '.join([*path, *arguments])}`",
                told,
                " ".join(f"`{one.opts[0]}`" + ("*" if one.required else "") for one in options),
            )
        )
    return _table(("command", "what it does", "options (* needed)"), rows)


_SAME_EVERYWHERE = frozenset({"--help", "--json", "--profile", "--server", "--install-completion", "--show-completion"})


def _argument(parameter: Any) -> str:
    """Its name in capitals; empty for an option."""
    return parameter.name.upper() if parameter.param_type_name == "argument" else ""


# --- Markdown


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |" for line in lines
    )


_WRITERS: Mapping[str, Callable[[str], str]] = {
    "settings": _settings,
    "connectors": _connectors,
    "connector": _connector,
    "errors": _errors,
    "kinds": _kinds,
    "commands": _commands,
}
