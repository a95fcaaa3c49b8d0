"""Checking answers against a JSON schema of the caller's (mechanism M17, case D25)."""

from functools import lru_cache
from typing import Any, Final, NoReturn
from urllib.parse import unquote

import jsonschema_rs

from jackfield.errors import InvalidError, RemoteRejectedError
from jackfield.kernel import JsonValue, canonical_json, read_json

MAX_SCHEMA_BYTES: Final = 64 * 1024
MAX_UNFOLDED: Final = 5_000
"""Parts of a schema with its references written out; what a check costs grows with them."""

MAX_WORK: Final = 100_000_000
"""Parts of a schema times bytes of an answer; about a tenth of a second to a second at worst."""

Schema = dict[str, Any] | bool


class AnswerMismatchError(RemoteRejectedError):
    """The answer is not what the response schema says; the request was done."""

    code = "http.answer_mismatch"


class SchemaCheck:
    """A schema, ready to be asked; made before anything is sent.

    References stay in the schema and nothing is fetched. Patterns take linear time, and references may not multiply
    without end, since a check can't be interrupted: neither in a circle nor beyond `MAX_UNFOLDED` parts.

    Raises:
        InvalidError: It is no JSON schema, refers to another document or in a circle, or is too large.
    """

    def __init__(self, schema: Schema) -> None:
        text = canonical_json(schema)
        if len(text) > MAX_SCHEMA_BYTES:
            raise _refusal(f"is larger than {MAX_SCHEMA_BYTES} bytes")
        self._validator, self._parts = _validator(text)

    def check(self, status: int, data: Any, size: int) -> None:
        """Compare an answer.

        Args:
            status: For the error.
            data: The answer's JSON.
            size: The bytes it was read from.

        Raises:
            AnswerMismatchError: It doesn't fit, the message has the first place where; or there is too much to compare.
        """
        if self._parts * size > MAX_WORK:
            raise AnswerMismatchError(
                "the answer is too large to be checked against this response schema", status=status
            )
        if self._validator.is_valid(data):
            return
        try:
            self._validator.validate(data)
        except jsonschema_rs.ValidationError as problem:
            place = "/".join(str(part) for part in problem.instance_path)
            keyword = str(problem.schema_path[-1]) if problem.schema_path else "false"
            raise AnswerMismatchError(
                f"the answer doesn't fit the response schema at /{place[:300]} ({keyword[:100]})", status=status
            ) from None


@lru_cache(maxsize=256)
def _validator(text: bytes) -> tuple[jsonschema_rs.Validator, int]:
    schema = read_json(text, what="the response schema")
    parts = _Unfolding(schema).require_small()
    checked: Any = schema
    try:
        validator = jsonschema_rs.validator_for(
            checked, retriever=_refuse, pattern_options=jsonschema_rs.RegexOptions(size_limit=1 << 20)
        )
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        said = str(error).splitlines()[0][:200]
        raise _refusal(f"can't be used: {said}") from None
    return validator, parts


class _Unfolding:
    """How large a schema is with its references written out."""

    def __init__(self, schema: JsonValue) -> None:
        self._schema = schema
        self._sizes: dict[str, int] = {}
        self._open: set[str] = set()

    def require_small(self) -> int:
        """How many parts there are; refuses a schema whose references multiply."""
        size = self._size(self._schema)
        if size > MAX_UNFOLDED:
            raise _refusal(f"has more than {MAX_UNFOLDED} parts with its references written out")
        return size

    def _size(self, part: JsonValue) -> int:
        if isinstance(part, list):
            return 1 + sum(map(self._size, part))
        if not isinstance(part, dict):
            return 0
        size = 1
        for key, value in part.items():
            if key in {"$ref", "$dynamicRef", "$recursiveRef"} and isinstance(value, str):
                size += self._size_of_reference(value)
            elif key not in {"const", "default", "enum", "examples"}:
                size += self._size(value)
        # To know what is unevaluated, everything below is looked at once more.
        return 3 * size if part.keys() & {"unevaluatedProperties", "unevaluatedItems"} else size

    def _size_of_reference(self, reference: str) -> int:
        if reference in self._open:
            raise _refusal(f"refers in a circle at {reference[:100]}")
        if (known := self._sizes.get(reference)) is not None:
            return known
        self._open.add(reference)
        size = self._size(self._find(reference))
        self._open.discard(reference)
        self._sizes[reference] = size
        return size

    def _find(self, reference: str) -> JsonValue:
        if reference != "#" and not reference.startswith("#/"):
            raise _refusal("has a reference that is not like #/$defs/name")
        part = self._schema
        for step in unquote(reference).split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            if isinstance(part, dict) and name in part:
                part = part[name]
            elif isinstance(part, list) and name.isascii() and name.isdigit() and int(name) < len(part):
                part = part[int(name)]
            else:
                raise _refusal(f"refers to {reference[:100]}, which is not in it")
        return part


def _refuse(_uri: str) -> NoReturn:
    raise ValueError("a schema of an answer refers to no other document")


def _refusal(what: str) -> InvalidError:
    return InvalidError(f"the response schema {what}", field="arguments.response_schema")
