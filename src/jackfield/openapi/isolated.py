"""What a limited child process makes of a text from strangers: the document as plain JSON, and the report on it.

Pure as all of this room; the process around it is `jackfield.isolation`. The parent stores the JSON and reads it with
`trust_document`: the checks that hostile text needs have been made where they could do no harm.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from jackfield.errors import HubError
from jackfield.openapi.documents.document import read_document
from jackfield.openapi.documents.limits import Limits
from jackfield.openapi.reading.api import read_api
from jackfield.openapi.shown import show_error, show_report


def read(text: bytes, options: Mapping[str, int]) -> bytes:
    """`{"document": "…", "report": {…}, "title", "version"}`, or `{"error": {…}}`; the options are `Limits`."""
    return msgspec.json.encode(_read(text, Limits(**options)))


def _read(text: bytes, limits: Limits) -> dict[str, Any]:
    try:
        document = read_document(text, limits)
        api = read_api(document, limits=limits)
    except HubError as error:
        return {"error": show_error(error)}
    except RecursionError:
        return {"error": {"code": "document.too_large", "message": "the document is nested too deep"}}
    return {
        "document": document.json_text.decode(),
        "report": show_report(api.report),
        "title": api.title,
        "version": api.version.value,
    }
