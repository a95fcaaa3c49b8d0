"""What a limited child process makes of a text from strangers: the document as plain JSON, and the report on it.

Pure as all of this room; the process around it is `jackfield.isolation`. The parent stores the JSON and reads it with
`trust_document`: the checks that hostile text needs have been made where they could do no harm.
"""

from typing import Any

import msgspec

from jackfield.errors import HubError
from jackfield.openapi.documents.document import read_document
from jackfield.openapi.reading.api import read_api
from jackfield.openapi.shown import show_error, show_report


def read(text: bytes) -> bytes:
    """`{"document": "…", "report": {…}, "title", "version"}`, or `{"error": {…}}`."""
    return msgspec.json.encode(_read(text))


def _read(text: bytes) -> dict[str, Any]:
    try:
        document = read_document(text)
        api = read_api(document)
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
