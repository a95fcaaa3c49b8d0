"""What an operation counts as: from its verb, made heavier by words, never lighter."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jackfield.kernel import Effect, Repeat
from jackfield.openapi import Classification, classify
from jackfield.openapi.effects.words import HEAVINESS
from openapi_descriptions import describe, parameter, read

VERBS = {
    **dict.fromkeys(("get", "head", "options", "trace"), Effect.READ),
    **dict.fromkeys(("post", "put", "patch"), Effect.WRITE),
    "delete": Effect.DESTRUCTIVE,
}


def classified(
    method: str, name: str = "", path: str = "/things", *, marks: Any = None, **operation: Any
) -> Classification:
    members = {"operationId": name, **operation, **(marks or {})}
    (found,) = read(describe(method=method, path=path, operation=members)).operations
    return classify(found)


@pytest.mark.requirement("O6")
@pytest.mark.parametrize(("method", "effect"), VERBS.items())
def test_without_words_the_verb_decides(method: str, effect: Effect) -> None:
    found = classified(method)

    assert found.effect is effect
    assert found.reason.startswith(method.upper())
    assert found.suggested is None


@pytest.mark.requirement("O6")
@pytest.mark.parametrize(
    ("method", "name", "path", "summary", "effect", "words"),
    [
        ("post", "apps/revoke-grant", "/grants", "", Effect.DESTRUCTIVE, "“revoke” in its operationId"),
        ("post", "chat_delete", "/chat.delete", "", Effect.DESTRUCTIVE, "“delete” in its operationId"),
        ("post", "PoliciesPurge", "/policies", "", Effect.DESTRUCTIVE, "“purge” in its operationId"),
        ("post", "", "/v1/{job}:cancel", "", Effect.DESTRUCTIVE, "“cancel” in its path"),
        ("post", "", "/orders/{id}/cancel", "", Effect.DESTRUCTIVE, "“cancel” in its path"),
        ("post", "", "/#X-Amz-Target=Tables_2012.DeleteItem", "", Effect.DESTRUCTIVE, "“delete” in its path"),
        ("post", "rules", "/rules", "Adds or deletes rules", Effect.DESTRUCTIVE, "“delete” in its summary"),
        ("post", "startDeletion", "/x", "", Effect.DESTRUCTIVE, "“start deletion” in its operationId"),
        ("get", "GET_DeleteUser", "/", "", Effect.DESTRUCTIVE, "“delete” in its operationId"),
        ("get", "", "/users/{id}/delete", "", Effect.DESTRUCTIVE, "“delete” in its path"),
        ("get", "createPad", "/createPad", "", Effect.WRITE, "“create” in its operationId"),
        ("post", "messages.send", "/messages/send", "", Effect.SENDS_OUT, "“send” in its operationId"),
        ("post", "CreateMessage", "/Messages.json", "", Effect.SENDS_OUT, "“create message” in its operationId"),
        ("post", "", "/v1/emails", "", Effect.SENDS_OUT, "“POST emails” in its path"),
        ("post", "inviteUser", "/users", "", Effect.SENDS_OUT, "“invite” in its operationId"),
        ("put", "", "/users/{id}/send-verify-email", "", Effect.SENDS_OUT, "“send” in its path"),
        ("post", "publishVersion", "/versions", "", Effect.SENDS_OUT, "“publish” in its operationId"),
        ("post", "notifyAndDelete", "/x", "", Effect.DESTRUCTIVE, "“delete” in its operationId"),
        ("delete", "send", "/messages", "Sends", Effect.DESTRUCTIVE, "DELETE removes"),
    ],
)
def test_words_make_a_call_heavier_and_the_reason_quotes_them(
    method: str, name: str, path: str, summary: str, *, effect: Effect, words: str
) -> None:
    found = classified(method, name, path, summary=summary)

    assert found.effect is effect
    assert found.reason.startswith(words)


@pytest.mark.parametrize(
    ("method", "name", "path", "summary"),
    [
        ("get", "getCancelReasons", "/cancel-reasons", ""),
        ("get", "pulls/check-if-merged", "/pulls/{id}/merge", "Check if it was merged"),
        ("get", "repos/list-deploy-keys", "/keys", ""),
        ("get", "WebApps_ListAddOns", "/premieraddons", ""),
        ("get", "users.sendAs.list", "/users/sendAs", ""),
        ("get", "archive", "/messages", "Emails of a person"),
        ("patch", "updateMessageRules", "/messageRules/{id}", "Update a rule"),
        ("post", "createDraftMessage", "/drafts", ""),
        ("post", "create-message-template", "/templates", ""),
    ],
)
def test_the_same_words_in_other_places_mean_something_else(method: str, name: str, path: str, summary: str) -> None:
    assert classified(method, name, path, summary=summary).effect is VERBS[method]


@pytest.mark.requirement("O6", "D26", "D44")
def test_a_document_can_suggest_that_a_post_reads_and_never_decide_it() -> None:
    search = classified("post", "searchIssues", "/issues/search", summary="Search issues")
    marked = classified("post", "issues", "/issues", marks={"x-mcp": {"annotations": {"readOnlyHint": True}}})
    liar = classified(
        "delete", "getIssue", "/get", summary="Get it", marks={"x-readonly": True, "x-mcp": {"readOnlyHint": True}}
    )
    mixed = classified("post", "searchAndDelete", "/search", summary="Search")

    assert (search.effect, search.suggested) == (Effect.WRITE, Effect.READ)
    assert search.suggested_reason == "“search” in its operationId says that it only reads"
    assert (marked.effect, marked.suggested) == (Effect.WRITE, Effect.READ)
    assert (liar.effect, liar.suggested) == (Effect.DESTRUCTIVE, None)
    assert (mixed.effect, mixed.suggested) == (Effect.DESTRUCTIVE, None)


@pytest.mark.requirement("O6")
@pytest.mark.parametrize(
    "mark",
    [{"x-destructive": True}, {"x-mcp": {"destructiveHint": True}}, {"x-speakeasy-mcp": {"scopes": ["destructive"]}}],
)
def test_a_mark_of_the_document_makes_it_heavier(mark: dict[str, Any]) -> None:
    found = classified("get", marks=mark)

    assert found.effect is Effect.DESTRUCTIVE
    assert next(iter(mark)) in found.reason
    assert classified("post", marks={"x-methodName": "cancelPayment"}).effect is Effect.DESTRUCTIVE
    assert classified("get", marks={"x-openai-isConsequential": True}).effect is Effect.WRITE


@given(
    method=st.sampled_from(sorted(VERBS)),
    words=st.lists(st.sampled_from(["get", "delete", "Send", "create", "message", "x", "and", "/", "_", ".", "é"])),
    summary=st.text(max_size=20),
    marks=st.dictionaries(
        st.sampled_from(["x-readonly", "x-destructive", "x-mcp", "x-methodName"]),
        st.one_of(st.booleans(), st.text(max_size=8), st.dictionaries(st.text(max_size=3), st.booleans())),
    ),
)
@pytest.mark.requirement("O6", "D44")
def test_nothing_in_a_document_makes_a_call_lighter_than_its_verb(
    method: str, words: list[str], summary: str, marks: dict[str, Any]
) -> None:
    found = classified(method, "".join(words), "/" + "".join(words).replace("#", ""), summary=summary, marks=marks)

    assert HEAVINESS[found.effect] >= HEAVINESS[VERBS[method]]
    assert found.reason
    assert (found.repeat is Repeat.READ) == (found.effect is Effect.READ)


def test_the_description_is_not_read() -> None:
    said = "This call is read-only and safe. It deletes nothing and sends nothing."

    assert classified("post", description=said) == classified("post")
    assert classified("get", description="Deletes everything.").effect is Effect.READ


@pytest.mark.requirement("P6")
@pytest.mark.parametrize(
    ("method", "name", "repeat", "reason"),
    [
        ("get", "", Repeat.READ, "it only reads"),
        ("get", "deleteIt", Repeat.ONCE, "twice may be twice, and nothing says otherwise"),
        ("put", "", Repeat.REPEATABLE, "PUT does the same twice as once, as HTTP has it"),
        ("delete", "", Repeat.REPEATABLE, "DELETE does the same twice as once, as HTTP has it"),
        ("put", "rotateKey", Repeat.ONCE, "“rotate” may do more the second time"),
        ("put", "sendAgain", Repeat.ONCE, "“send” may do more the second time"),
        ("patch", "", Repeat.ONCE, "twice may be twice, and nothing says otherwise"),
        ("post", "", Repeat.ONCE, "twice may be twice, and nothing says otherwise"),
    ],
)
def test_what_may_be_repeated(method: str, name: str, repeat: Repeat, reason: str) -> None:
    found = classified(method, name)

    assert (found.repeat, found.repeat_reason) == (repeat, reason)
    assert found.key_parameter is None


@pytest.mark.requirement("P6")
@pytest.mark.parametrize("header", ["Idempotency-Key", "X-Idempotency-Key", "idempotencyKey", "PayPal-Request-Id"])
def test_a_declared_idempotency_key_makes_it_keyed(header: str) -> None:
    (operation,) = read(describe(parameter(header, "header"), method="post")).operations
    (reading,) = read(describe(parameter(header, "header"))).operations

    found = classify(operation)

    assert found.repeat is Repeat.KEYED
    assert found.key_parameter is operation.parameters[0]
    assert found.weight.effect is Effect.WRITE
    assert classify(reading).repeat is Repeat.READ
