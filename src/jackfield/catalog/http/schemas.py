"""Checking answers against a JSON schema of the caller's (mechanism M17, case D25)."""

from functools import lru_cache
from typing import Any, Final, NoReturn

import jsonschema_rs

from jackfield.errors import InvalidError, RemoteRejectedError
from jackfield.kernel import canonical_json, read_json

MAX_SCHEMA_BYTES: Final = 64 * 1024

Schema = dict[str, Any] | bool


class AnswerMismatchError(RemoteRejectedError):
    """The answer is not what the response schema says; the request was done."""

    code = "http.answer_mismatch"


class SchemaCheck:
    """A schema, ready to be asked; made before anything is sent.

    References leave the schema for nowhere: nothing is fetched. Patterns take linear time.

    Raises:
        InvalidError: It is no JSON schema, refers to another document, or is too large.
    """

    def __init__(self, schema: Schema) -> None:
        text = canonical_json(schema)
        if len(text) > MAX_SCHEMA_BYTES:
            raise _refusal(f"is larger than {MAX_SCHEMA_BYTES} bytes")
        self._validator = _validator(text)

    def check(self, status: int, data: Any) -> None:
        """Compare an answer.

        Raises:
            AnswerMismatchError: It doesn't fit; the message has the first place where.
        """
        problem = next(iter(self._validator.iter_errors(data)), None)
        if problem is not None:
            place = "/".join(str(part) for part in problem.instance_path)
            keyword = str(problem.schema_path[-1]) if problem.schema_path else "false"
            raise AnswerMismatchError(
                f"the answer doesn't fit the response schema at /{place[:300]} ({keyword[:100]})", status=status
            )


@lru_cache(maxsize=256)
def _validator(text: bytes) -> jsonschema_rs.Validator:
    schema: Any = read_json(text, what="the response schema")
    try:
        return jsonschema_rs.validator_for(
            schema, retriever=_refuse, pattern_options=jsonschema_rs.RegexOptions(size_limit=1 << 20)
        )
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        said = str(error).splitlines()[0][:200]
        raise _refusal(f"can't be used: {said}") from None


def _refuse(_uri: str) -> NoReturn:
    raise ValueError("a schema of an answer refers to no other document")


def _refusal(what: str) -> InvalidError:
    return InvalidError(f"the response schema {what}", field="arguments.response_schema")
