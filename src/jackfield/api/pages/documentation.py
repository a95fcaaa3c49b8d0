"""Writing the page."""

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final, cast

_CODE: Final = re.compile(r"`([^`]+)`")
_STRONG: Final = re.compile(r"\*\*([^*]+)\*\*")
_ORDER: Final = {"get": 0, "post": 1, "put": 2, "patch": 3, "delete": 4}

Node = Mapping[str, Any]
"""A part of the OpenAPI document."""


def documentation_page(document: Node) -> bytes:
    """The OpenAPI document as one page of HTML; its one other part is `/docs.css`."""
    info = document["info"]
    groups = _groups(document)
    sections = "\n".join(_group(tag, about, operations) for tag, about, operations in groups)
    shapes = "\n".join(_shape(name, schema) for name, schema in sorted(document["components"]["schemas"].items()))
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(info["title"])} API</title>
<link rel="stylesheet" href="/docs.css">
</head>
<body>
<a class="skip" href="#main">Skip to the operations</a>
<header>
<p class="mark" aria-hidden="true"><span></span><span></span><span></span></p>
<p class="name">{escape(info["title"])}</p>
<p class="version">REST API · {escape(info["version"])}</p>
<p class="files"><a href="/openapi.json">openapi.json</a></p>
</header>
<div class="page">
<nav aria-label="Contents">
{_contents(groups)}
</nav>
<main id="main">
<section class="about">
<h1>{escape(info["title"])} API</h1>
{_text(info["description"])}
</section>
{sections}
<section class="shapes">
<h2 id="shapes">Shapes</h2>
<p>What goes in and comes out.</p>
{shapes}
</section>
</main>
</div>
</body>
</html>
""".encode()


def _groups(document: Node) -> list[tuple[str, str, list[tuple[str, str, Node]]]]:
    by_tag: dict[str, list[tuple[str, str, Node]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tag = operation.get("tags", ["service"])[0]
            by_tag.setdefault(tag, []).append((method, path, operation))
    about = {tag["name"]: tag.get("description", "") for tag in document.get("tags", ())}
    names = [name for name in about if name in by_tag]
    return [
        (name, about[name], sorted(by_tag[name], key=lambda one: (one[1], _ORDER.get(one[0], 9)))) for name in names
    ]


def _contents(groups: list[tuple[str, str, list[tuple[str, str, Node]]]]) -> str:
    parts = [
        f'<p><a href="#{escape(tag)}">{escape(tag)}</a></p>\n<ul>\n'
        + "\n".join(
            f'<li><a href="#{escape(operation["operationId"])}">{escape(operation.get("summary", path))}</a></li>'
            for _, path, operation in operations
        )
        + "\n</ul>"
        for tag, _, operations in groups
    ]
    return "\n".join([*parts, '<p><a href="#shapes">Shapes</a></p>'])


def _group(tag: str, about: str, operations: list[tuple[str, str, Node]]) -> str:
    inner = "\n".join(_operation(method, path, operation) for method, path, operation in operations)
    return f'<section>\n<h2 id="{escape(tag)}">{escape(tag)}</h2>\n{_text(about)}\n{inner}\n</section>'


def _operation(method: str, path: str, operation: Node) -> str:
    name = escape(operation["operationId"])
    parts = [
        f'<article id="{name}">',
        f"<h3>{escape(operation.get('summary', name))}</h3>",
        _call(method, path),
        _text(operation.get("description", "")),
        _access(operation),
        _parameters(operation.get("parameters", ())),
        _body(operation.get("requestBody")),
        _responses(operation.get("responses", {})),
        "</article>",
    ]
    return "\n".join(part for part in parts if part)


def _call(method: str, path: str) -> str:
    badge = f'<span class="method {escape(method)}">{escape(method.upper())}</span>'
    return f'<p class="call">{badge} <code>{_breakable(path)}</code></p>'


def _access(operation: Node) -> str:
    scope = operation.get("x-jackfield-scope")
    if scope is None:
        return '<p class="access">For anybody.</p>'
    by_token = any("token" in one for one in operation.get("security", ()))
    how = "Signed in, or with an API token" if by_token else "Signed in; not with an API token"
    return f'<p class="access">{how}. Scope <code>{escape(scope)}</code>.</p>'


def _parameters(parameters: Any) -> str:
    if not parameters:
        return ""
    rows = "\n".join(
        f"<tr><th scope=row><code>{escape(one['name'])}</code>{_mark(required=bool(one.get('required')))}</th>"
        f"<td>{escape(one['in'])}</td><td>{_type(one.get('schema', {}))}</td>"
        f"<td>{_inline(one.get('description', ''))}</td></tr>"
        for one in parameters
    )
    return _table("Parameters", ("Name", "In", "Type", "What it is"), rows)


def _body(body: Node | None) -> str:
    if not body:
        return ""
    kinds = ", ".join(_type(content.get("schema", {})) for content in body["content"].values())
    return f'<p class="body"><strong>Body</strong> {kinds}</p>'


def _responses(responses: Node) -> str:
    own = [
        f"<li><code>{escape(status)}</code> {_inline(answer.get('description', ''))}"
        + "".join(
            f" → {_type(content['schema'])}" for content in answer.get("content", {}).values() if "schema" in content
        )
        + "</li>"
        for status, answer in responses.items()
        if "$ref" not in answer
    ]
    refusals = ", ".join(f"<code>{escape(status)}</code>" for status, answer in responses.items() if "$ref" in answer)
    also = (
        f'<li class="refusals">Refused: {refusals} → <a href="#shape-ProblemDetails">problem details</a></li>'
        if refusals
        else ""
    )
    return '<ul class="answers">\n' + "\n".join([*own, also]) + "\n</ul>"


def _shape(name: str, schema: Node) -> str:
    properties = schema.get("properties")
    about = _text(schema.get("description", ""))
    if not properties:
        return (
            f'<article id="shape-{escape(name)}">\n<h3>{escape(name)}</h3>\n{about}\n<p>{_type(schema)}</p>\n</article>'
        )
    required = schema.get("required", ())
    rows = "\n".join(
        f"<tr><th scope=row><code>{escape(field)}</code>{_mark(required=field in required)}</th>"
        f"<td>{_type(one)}</td><td>{_inline(one.get('description', ''))}</td></tr>"
        for field, one in properties.items()
    )
    table = _table("Members", ("Name", "Type", "What it is"), rows)
    return f'<article id="shape-{escape(name)}">\n<h3>{escape(name)}</h3>\n{about}\n{table}\n</article>'


def _table(caption: str, heads: tuple[str, ...], rows: str) -> str:
    head = "".join(f"<th scope=col>{escape(one)}</th>" for one in heads)
    return (
        f'<div class="table" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f"<table>\n<caption>{escape(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody>\n</table></div>"
    )


def _type(schema: Node) -> str:
    """A schema in a few words; what has a name is a link to its shape."""
    if "$ref" in schema:
        name = str(schema["$ref"]).rsplit("/", 1)[-1]
        return f'<a href="#shape-{escape(name)}">{escape(name)}</a>'
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return " or ".join(_type(one) for one in schema[several])
    values = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    return " | ".join(f"<code>{escape(str(one))}</code>" for one in values) or _plain_type(schema)


def _plain_type(schema: Node) -> str:
    kind: Any = schema.get("type", "any")
    if isinstance(kind, list):
        return " or ".join(map(escape, map(str, cast("list[object]", kind))))
    if kind == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return f"names with {_type(schema['additionalProperties'])}"
    return " ".join([escape(str(kind)), *_bounds(schema)])


def _bounds(schema: Node) -> Iterator[str]:
    if "format" in schema:
        yield f"({escape(str(schema['format']))})"
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        yield f"{low} to {high}"
    if "maxLength" in schema:
        yield f"up to {schema['maxLength']} characters"


def _mark(*, required: bool) -> str:
    return ' <span class="required">required</span>' if required else ""


def _text(text: str) -> str:
    return "\n".join(f"<p>{_inline(part)}</p>" for part in text.split("\n\n") if part.strip())


def _inline(text: str) -> str:
    return _STRONG.sub(r"<strong>\1</strong>", _CODE.sub(r"<code>\1</code>", escape(text.strip())))


def _breakable(path: str) -> str:
    return escape(path).replace("/", "/<wbr>")
