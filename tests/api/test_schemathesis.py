"""What the OpenAPI document promises, asked by Schemathesis over the network (E3)."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from api.test_serving import free_port, running

_LEFT_OUT = (
    # They would end what the run itself signs in with.
    "session_end",
    "token_revoke",
    "person_deactivate",
    "person_reset",
    "person_expel",
    "person_change",
    # An address, a network, a name or `*.` and a domain: JSON schema can't say it.
    "target_allow",
    # What `details` and `credentials` must be, the chosen connector says.
    "connection_create",
)
_NOT_WHOLLY_SAID = (
    # What `settings` must be, the kind of trigger says; what `details` and `credentials` must be, the connector.
    "trigger_create",
    "connection_check",
    # What an OpenAPI document is, OpenAPI's own schemas say; ours says that it comes as a text.
    "integration_read",
    # No two fields of a form may have the same name: JSON schema can't say it.
    "process_create",
    "process_draft_save",
)
"""What fits their schema may be refused; all else that the document says of them holds."""
_CONFIGURATION = """
[generation]
# No text here takes a NUL character, which JSON schema can only say in a pattern on every single field.
allow-x00 = false
# Which characters of all of Unicode are invisible, no pattern says either.
codec = "latin-1"

[checks]
# 412: the version that was made up is not the present one.
positive_data_acceptance.expected-statuses = ["2xx", "3xx", 401, 403, 404, 409, 412, 429, "5xx"]
# A body over the limit is refused for its size, whatever else is wrong with it.
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429]
"""


def without_opaque(document: dict[str, Any]) -> dict[str, Any]:
    """The document without what can't be made up: cursors are ours, a key belongs to one request."""
    for methods in document["paths"].values():
        for operation in methods.values():
            parameters: list[dict[str, Any]] = operation.get("parameters", [])
            operation["parameters"] = [one for one in parameters if one["name"] not in {"cursor", "Idempotency-Key"}]
    return document


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "phases",
    [
        "examples,coverage",
        pytest.param("examples,coverage,fuzzing,stateful", marks=pytest.mark.full, id="all"),
    ],
)
@pytest.mark.requirement("E3")
def test_the_api_keeps_what_its_document_promises(tmp_path: Path, phases: str) -> None:
    port = free_port()
    token_file, document_file = tmp_path / "token", tmp_path / "document.json"
    (tmp_path / "schemathesis.toml").write_text(_CONFIGURATION)
    settings = {"JACKFIELD_TEST_TOKEN_FILE": str(token_file), "JACKFIELD_TEST_DOCUMENT": str(document_file)}
    limits = {"requests_per_second": 100_000, "requests_burst": 1_000_000}

    with running(tmp_path / "hub", port, limits, settings):
        document = without_opaque(json.loads(document_file.read_text()))
        document_file.write_text(json.dumps(document))
        whole = [
            str(Path(sys.executable).with_name("schemathesis")),
            "run",
            str(document_file),
            f"--url=http://127.0.0.1:{port}",
            f"--header=Authorization: Bearer {token_file.read_text()}",
            f"--phases={phases}",
            "--continue-on-failure",
            "--suppress-health-check=all",
            "--warnings=off",
            "--no-color",
            *(["--max-time=90"] if "fuzzing" in phases else []),
        ]
        without = [f"--exclude-operation-id={one}" for one in (*_LEFT_OUT, *_NOT_WHOLLY_SAID)]
        partly = [f"--include-operation-id={one}" for one in _NOT_WHOLLY_SAID]
        for command in ([*whole, *without], [*whole, *partly, "--exclude-checks=positive_data_acceptance"]):
            ran = subprocess.run(command, cwd=tmp_path, env={**os.environ}, capture_output=True, text=True, check=False)
            assert ran.returncode == 0, ran.stdout[-20_000:] + ran.stderr[-2000:]
            selected = re.search(r"API Operations:\s+Selected: (\d+)/", ran.stdout)
            assert selected, ran.stdout[-3000:]
            assert int(selected[1]) >= len(_NOT_WHOLLY_SAID)
