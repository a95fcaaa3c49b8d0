"""The default of a grant: what an operation does, with the reason (rules O6, P6; docs/decisions/0031).

A document is written by somebody else, and assistants read it, too. So HTTP's own promise about the verb is where it
starts, and whatever the document says can only make a call heavier (cases D26, D44). Where its words say that a POST only
reads, that is a suggestion for a person. The description is not read at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, cast

from jackfield.kernel import Effect, Repeat, Weight
from jackfield.openapi.effects import reasons
from jackfield.openapi.effects.words import HEAVINESS, Said, is_sent, is_sure, read_name, read_sentence, split_words
from jackfield.openapi.models import Operation, Parameter, Place

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "QUERY", "PROPFIND", "REPORT", "SEARCH"})
"""Safe in IANA's registry of HTTP methods (RFC 9110 §9.2.1, RFC 4918, RFC 3253, RFC 5323, and QUERY)."""
_IDEMPOTENT: Final = frozenset({"PUT", "DELETE"})
"""RFC 9110 §9.2.2, beside the safe ones."""
_CHANGING: Final = frozenset({"POST", "PUT", "PATCH"})
_NAMES: Final = (
    *("x-methodName", "x-operationName", "x-operation-name", "x-aws-operation-name", "x-ds-method", "x-client-action"),
    *("x-action", "x-linode-cli-action", "x-kubernetes-action", "x-speakeasy-name-override", "x-stainless-method-name"),
)
"""Where vendors write what the method is called in their own libraries."""
_MARKS: Final = {
    "x-destructive": Effect.DESTRUCTIVE,
    "x-readonly": Effect.READ,
    "x-read-only": Effect.READ,
    "x-openai-isConsequential": Effect.WRITE,
}
"""Of the operation; they count where they are true."""
_TOOL_MARKS: Final = ("x-mcp", "x-mcp-annotations", "x-speakeasy-mcp", "x-mint")
"""Where documents carry the annotations of MCP tools (`readOnlyHint`, `destructiveHint`), or scopes of them."""
_NOT_TWICE: Final = frozenset(
    {
        *("append", "decrement", "execute", "generate", "increment", "invoke", "regenerate", "rotate", "run", "toggle"),
        *("trigger", "retry", "resend"),
    }
)
_ENDINGS: Final = (".json", ".xml", ".php", ".do", ".aspx", ".action")


@dataclass(frozen=True, slots=True)
class Classification:
    """What an operation counts as until somebody who knows it says otherwise."""

    effect: Effect
    reason: str
    """A sentence for people; it names the words that decided."""
    repeat: Repeat
    repeat_reason: str
    key_parameter: Parameter | None = None
    """The header that takes an idempotency key, where `repeat` is keyed."""
    suggested: Effect | None = None
    """A lighter effect that the document's words suggest: for a person to take, never taken by itself."""
    suggested_reason: str = ""

    @property
    def weight(self) -> Weight:
        """Effect and repeatability, as the gateway wants them."""
        return Weight(self.effect, self.repeat)


_Evidence = tuple[Effect, str, str]
"""What it says, the words that say it, and the reason."""


def classify(operation: Operation) -> Classification:
    """What an operation counts as. Never lighter than its verb."""
    by_verb = _by_verb(operation.method)
    said = list(_said(operation))
    heaviest = max(said, key=lambda one: HEAVINESS[one[0]], default=None)
    if heaviest is not None and HEAVINESS[heaviest[0]] > HEAVINESS[by_verb[0]]:
        effect, _, reason = heaviest
    else:
        effect, _, reason = by_verb
    suggestion = _suggestion(operation, effect, said)
    repeat, repeat_reason, key = _repeat(operation, effect, said)
    return Classification(
        effect=effect,
        reason=reason,
        repeat=repeat,
        repeat_reason=repeat_reason,
        key_parameter=key,
        suggested=Effect.READ if suggestion else None,
        suggested_reason=suggestion,
    )


def _by_verb(method: str) -> _Evidence:
    if method in _SAFE:
        return Effect.READ, "", reasons.by_method(method, Effect.READ)
    if method == "DELETE":
        return Effect.DESTRUCTIVE, "", reasons.by_method(method, Effect.DESTRUCTIVE)
    return Effect.WRITE, "", reasons.by_method(method, Effect.WRITE if method in _CHANGING else None)


def _said(operation: Operation) -> Iterator[_Evidence]:
    """What the document says in other places than the verb, the most deliberate ones first."""
    yield from _marks(operation)
    words = list(_words(operation))
    if operation.method in _SAFE:
        # That a call with a safe verb does something takes a word that is nothing but a verb, and none that says "get".
        if any(said[0] is Effect.READ for said, _ in words):
            return
        words = [(said, place) for said, place in words if is_sure(said) and place is not reasons.THE_SUMMARY]
    for said, place in words:
        yield said[0], said[1], reasons.by_words(*said, place)


def _words(operation: Operation) -> Iterator[tuple[Said, str]]:
    creates = operation.method not in {*_SAFE, "PUT", "PATCH", "DELETE"}
    for name, place in _names(operation):
        if said := read_name(name, creates=creates):
            yield said, place
    end = _end_of_path(operation)
    words = split_words(end)
    said = read_name(end, creates=creates and len(words) == 1)
    if said:
        yield said, reasons.THE_PATH
    elif creates and words and is_sent(words[-1]) and (len(words) == 1 or words[-1].endswith("s")):
        yield (Effect.SENDS_OUT, f"{operation.method} {end}"), reasons.THE_PATH
    if said := read_sentence(operation.summary):
        yield said, reasons.THE_SUMMARY


def _marks(operation: Operation) -> Iterator[_Evidence]:
    for mark, value in operation.extensions.items():
        effect = _MARKS.get(mark)
        if effect is not None and value is True:
            yield effect, "", reasons.by_mark(effect, mark)
        if mark in _TOOL_MARKS and isinstance(value, dict):
            yield from _tool_marks(mark, cast("dict[str, Any]", value))


def _tool_marks(mark: str, value: dict[str, Any]) -> Iterator[_Evidence]:
    inner = value.get("annotations")
    members = {**value, **cast("dict[str, Any]", inner)} if isinstance(inner, dict) else value
    scopes = members.get("scopes")
    named = cast("list[Any]", scopes) if isinstance(scopes, list) else []
    is_reading = members.get("readOnlyHint") is True or named == ["read"]
    if not is_reading and (members.get("destructiveHint") is True or "destructive" in named):
        yield Effect.DESTRUCTIVE, "", reasons.by_mark(Effect.DESTRUCTIVE, mark)
    elif is_reading:
        yield Effect.READ, "", reasons.by_mark(Effect.READ, mark)


def _names(operation: Operation) -> Iterator[tuple[str, str]]:
    name = operation.operation_id or ""
    # `GET_DeleteUser`: the verb stands before the name in documents that were made from AWS's.
    yield name.removeprefix(f"{operation.method}_"), reasons.THE_OPERATION_ID
    for one in _NAMES:
        found = operation.extensions.get(one)
        if isinstance(found, str) and len(found) < 200:
            yield found, reasons.THE_NAME


def _end_of_path(operation: Operation) -> str:
    """The last name in the path: `sendMail` of `/users/{id}/microsoft.graph.sendMail`, `cancel` of `/jobs/{id}:cancel`."""
    path, _, fragment = operation.path.partition("#")
    if fragment:
        # `/#X-Amz-Target=Table.DeleteItem`: what is called is said in a header or a query.
        return fragment.rpartition("=")[2].rpartition(".")[2]
    path = path.partition("?")[0]
    names = [one for one in path.replace(":", "/").split("/") if one and "{" not in one]
    last = names[-1] if names else ""
    for ending in _ENDINGS:
        last = last.removesuffix(ending)
    return last.partition("(")[0].rpartition(".")[2]


def _suggestion(operation: Operation, effect: Effect, said: list[_Evidence]) -> str:
    """Why it might be lighter: a POST of which all that says anything says that it reads."""
    if operation.method != "POST" or effect is not Effect.WRITE or not said:
        return ""
    return said[0][2] if all(one is Effect.READ for one, _, _ in said) else ""


def _repeat(operation: Operation, effect: Effect, said: list[_Evidence]) -> tuple[Repeat, str, Parameter | None]:
    if effect is Effect.READ:
        return Repeat.READ, reasons.repeated_as_read(), None
    key = next((one for one in operation.parameters if _takes_key(one)), None)
    if key is not None:
        return Repeat.KEYED, reasons.repeated_with_key(key.name), key
    if operation.method not in _IDEMPOTENT:
        return Repeat.ONCE, reasons.repeated_never(), None
    for other, words, _ in said:
        if words in _NOT_TWICE or other is Effect.SENDS_OUT:
            return Repeat.ONCE, reasons.repeated_never_by_words(words), None
    return Repeat.REPEATABLE, reasons.repeated_by_method(operation.method), None


def _takes_key(parameter: Parameter) -> bool:
    """Whether it is a header for an idempotency key (draft-ietf-httpapi-idempotency-key-header, and older names)."""
    if parameter.place is not Place.HEADER:
        return False
    name = parameter.name.lower()
    return "idempoten" in name.replace("-", "") or name == "paypal-request-id"
