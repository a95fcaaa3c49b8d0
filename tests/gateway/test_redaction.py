"""The connection's own secrets do not come back, however they are spelled."""

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jackfield.errors import RemoteRejectedError
from jackfield.gateway.redaction import MARK, Redaction
from jackfield.kernel import write_json

SECRET = 'k3y "with" ünïcode/+&='


@pytest.mark.requirement("D11")
@pytest.mark.parametrize(
    "spelling",
    [
        SECRET,
        quote(SECRET, safe=""),
        SECRET.encode().hex(),
        base64.b64encode(b"user:" + SECRET.encode()).decode(),
        base64.b64encode(b"user1:" + SECRET.encode()).decode(),
        base64.b64encode(b"user12:" + SECRET.encode()).decode(),
        base64.b64encode(SECRET.encode()).decode(),
        json.dumps(SECRET),
        quote(SECRET, safe="").lower(),
        quote(SECRET),
        quote_plus(SECRET),
        html.escape(SECRET),
        html.escape(SECRET, quote=False),
        html.escape(SECRET).replace("&quot;", "&#34;"),
        json.dumps(SECRET).replace("&", "\\u0026"),
        json.dumps(SECRET).replace("&", "\\u0026").replace("+", "\\u002B"),
    ],
)
def test_every_spelling_is_replaced(spelling: str) -> None:
    result = write_json({"deep": [{"echo": f"before {spelling} after"}]})

    cleaned, found = Redaction([SECRET]).clean_json(result)

    assert found
    echo = json.loads(cleaned)["deep"][0]["echo"]
    assert MARK in echo
    assert echo.startswith("before ")
    assert echo.endswith(" after")
    assert "with" not in echo


def test_a_name_is_replaced_as_well() -> None:
    cleaned, found = Redaction([SECRET]).clean_json(write_json({SECRET: 1}))

    assert found
    assert json.loads(cleaned) == {MARK: 1}


def test_a_file_stays_a_file() -> None:
    content = base64.b64encode(b"\x00a line with " + SECRET.encode() + b"\xff").decode()
    result = write_json({"file": {"name": "a.bin", "media_type": "x/y", "base64": content}})

    cleaned, _ = Redaction([SECRET]).clean_json(result)

    assert base64.b64decode(json.loads(cleaned)["file"]["base64"]) == b"\x00a line with [secret]\xff"


@pytest.mark.parametrize("short", ["", "a", "1234567"])
def test_a_short_secret_masks_nothing(short: str) -> None:
    result = write_json({"text": "1234567 a b c"})

    assert Redaction([short]).clean_json(result) == (result, False)


def test_errors_are_cleaned_in_message_and_data() -> None:
    error = RemoteRejectedError(f"it said {SECRET}", detail=f"x {SECRET}", status=400)

    Redaction([SECRET]).clean_error(error)

    assert error.message == str(error) == "it said [secret]"
    assert error.data == {"detail": "x [secret]", "status": 400}


@pytest.mark.requirement("D11")
@given(secret=st.text(min_size=8, max_size=40), before=st.binary(max_size=5), after=st.binary(max_size=5))
def test_any_secret_inside_any_base_64_is_found(secret: str, before: bytes, after: bytes) -> None:
    try:
        raw = secret.encode()
    except UnicodeEncodeError:
        return
    encoded = base64.b64encode(before + raw + after).decode()

    _, found = Redaction([secret]).clean_json(write_json({"value": encoded}))

    assert found
