"""`jackfield openapi`: look at an API's description, and at the requests it makes, without a server."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from jackfield.cli.failures import FAILED, UsageError
from jackfield.cli.files import read_file
from jackfield.cli.output import head, print_fields, print_json, print_table, say
from jackfield.errors import HubError
from jackfield.kernel import Effect
from jackfield.openapi import (
    ON_THE_OWN_MACHINE,
    Api,
    DocumentError,
    DocumentTooLargeError,
    build_request,
    classify,
    compare,
    read_api,
    read_arguments,
    read_document,
    show_diff,
    show_error,
    show_method,
    show_report,
    show_request,
)

app = typer.Typer(
    help="Look at an API's description, and at the requests it makes; nothing is sent.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
_KEPT = 16
"""Descriptions of a batch that are kept, since lines often share one."""


@app.command("check", epilog="Example: jackfield openapi check petstore.yaml")
def check(
    file: Annotated[Path, typer.Argument(help="Swagger 2.0 or OpenAPI 3.0, 3.1, 3.2; JSON or YAML.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Read a description and say which operations were understood, and why others weren't."""
    try:
        api = _read_api(file)
    except (DocumentError, DocumentTooLargeError) as error:
        if not as_json:
            raise
        found: dict[str, Any] = {"valid": False, "operations": 0, "understood": 0, "skipped": [], "warnings": []}
        print_json({**found, "error": show_error(error)})
        raise typer.Exit(FAILED) from None
    report = show_report(api.report)
    if as_json:
        print_json(report)
        return
    say(f"{api.title}: {api.report.understood} of {api.report.operations} operations understood")
    columns = (("OPERATION", "operation"), ("LINE", "line"), ("POINTER", "pointer"), ("WHY", "reason"))
    for title, name in (("Skipped", "skipped"), ("Warnings", "warnings")):
        if report[name]:
            head(f"\n{title}")
            print_table(report[name], columns, empty="")


@app.command("methods", epilog="Example: jackfield openapi methods petstore.yaml --effect destructive")
def methods(
    file: Annotated[Path, typer.Argument(help="Swagger 2.0 or OpenAPI 3.0, 3.1, 3.2; JSON or YAML.")],
    *,
    effect: Annotated[Effect | None, typer.Option("--effect", help="Only those that count as this.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the methods: what each counts as, why, and whether it may be repeated."""
    found = [show_method(one, classify(one)) for one in _read_api(file).operations]
    found = [one for one in found if effect in {None, one["effect"]}]
    if as_json:
        print_json(found)
        return
    columns = (("METHOD", "label"), ("EFFECT", "effect"), ("WHY", "reason"), ("REPEAT", "repeat"))
    print_table(found, columns, empty="No methods.")


@app.command("compare", epilog="Example: jackfield openapi compare petstore-1.yaml petstore-2.yaml")
def compare_files(
    old: Annotated[Path, typer.Argument(help="The description in force.")],
    new: Annotated[Path, typer.Argument(help="The one that is to replace it.")],
    *,
    words: Annotated[bool, typer.Option("--words", help="Also where only words are different.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say what another version of a description changes, and whether that breaks calls."""
    diff = show_diff(compare(_read_api(old), _read_api(new)))
    if as_json:
        print_json(diff)
        return
    count = ", ".join(f"{len(diff[one])} {one}" for one in ("added", "removed", "changed"))
    say(f"{count}, {diff['same']} the same")
    rows = [{"method": label, "impact": "breaking", "change": "it is gone"} for label in diff["removed"]]
    rows += [{"method": label, "impact": "compatible", "change": "it is new"} for label in diff["added"]]
    rows += [{"method": "", **one} for one in diff["general"]]
    rows += [{"method": one["label"], **change} for one in diff["changed"] for change in one["changes"]]
    shown = [one for one in rows if words or one["impact"] != "words"]
    print_table(shown, (("METHOD", "method"), ("IMPACT", "impact"), ("CHANGE", "change")), empty="")


@app.command("request", epilog="Example: jackfield openapi request petstore.yaml getPet --arguments '{\"petId\": 1}'")
def request(
    file: Annotated[Path | None, typer.Argument(help="The description.")] = None,
    operation: Annotated[str | None, typer.Argument(help='An operationId, or "GET /path".')] = None,
    *,
    arguments: Annotated[
        str, typer.Option("--arguments", help="JSON: by place (path, query, header, cookie, body), or flat by name.")
    ] = "{}",
    server: Annotated[str | None, typer.Option("--server", help="The base URL, in place of the document's.")] = None,
    batch: Annotated[
        bool, typer.Option("--batch", help="One JSON object a line on standard input, one a line back.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show the request that an operation would send with these arguments. Nothing is sent."""
    if batch:
        _answer_batch()
        return
    if file is None or operation is None:
        raise UsageError("name a description and an operation, or use --batch")
    api = _read_api(file)
    given = _read_object(arguments, "--arguments")
    found = api.get_operation(operation)
    shown = show_request(build_request(api, found, read_arguments(found, given), server=server))
    if as_json:
        print_json(shown)
        return
    say(f"{shown['method']} {shown['url']}")
    print_fields(shown["headers"], [(name, name) for name in shown["headers"]])
    if shown.get("body") or shown.get("body_base64"):
        say(f"\n{shown.get('body') or shown['body_base64']}")


def _read_api(file: Path) -> Api:
    text = read_file(file, largest=ON_THE_OWN_MACHINE.json_bytes)
    return read_api(read_document(text, ON_THE_OWN_MACHINE), limits=ON_THE_OWN_MACHINE)


def _read_object(text: str, what: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{what} is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise UsageError(f"{what} must be a JSON object")
    return cast("dict[str, Any]", value)


def _answer_batch() -> None:
    apis: dict[tuple[str, str | None], Api] = {}
    for line in _lines():
        sys.stdout.write(json.dumps(_answer(line, apis), ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _lines() -> Iterator[str]:
    for line in sys.stdin:
        if line.strip():
            yield line


def _answer(line: str, apis: dict[tuple[str, str | None], Api]) -> dict[str, Any]:
    asked: dict[str, Any] = {}
    try:
        asked = _read_object(line, "the line")
        return {"id": asked.get("id"), "request": _request_of(asked, apis)}
    except HubError as error:
        return {"id": asked.get("id"), "error": show_error(error)}
    except UsageError as error:
        return {"id": asked.get("id"), "error": {"code": "line.invalid", "message": error.message}}


def _request_of(asked: dict[str, Any], apis: dict[tuple[str, str | None], Api]) -> dict[str, Any]:
    document, url = asked.get("document"), _text(asked, "document_url")
    text = document if isinstance(document, str) else json.dumps(document)
    api = apis.get((text, url))
    if api is None:
        api = read_api(read_document(text, ON_THE_OWN_MACHINE), url=url, limits=ON_THE_OWN_MACHINE)
        if len(apis) >= _KEPT:
            apis.clear()
        apis[text, url] = api
    operation = api.get_operation(_operation_name(asked.get("operation")))
    given: dict[str, Any] = {**_member(asked, "arguments")}
    if asked.get("media_type"):
        given["media_type"] = _text(asked, "media_type")
    made = build_request(
        api,
        operation,
        read_arguments(operation, given),
        server=_text(asked, "server"),
        server_variables={name: str(one) for name, one in _member(asked, "server_variables").items()},
        credentials=_member(asked, "security"),
        accept=_text(asked, "accept"),
    )
    return show_request(made)


def _text(asked: dict[str, Any], name: str) -> str | None:
    found = asked.get(name)
    if found is not None and not isinstance(found, str):
        raise UsageError(f"{name} must be a text")
    return found


def _member(asked: dict[str, Any], name: str) -> dict[str, Any]:
    found = asked.get(name)
    if found is not None and not isinstance(found, dict):
        raise UsageError(f"{name} must be a JSON object")
    return cast("dict[str, Any]", found or {})


def _operation_name(operation: Any) -> str:
    match operation:
        case str():
            return operation
        case {"operationId": str(name)}:
            return name
        case {"method": str(method), "path": str(path)}:
            return f"{method} {path}"
        case _:
            raise UsageError("operation must be an operationId, or have a method and a path")
