"""What strangers send is read in a process that may die of it (mechanism M15)."""

import os

import pytest

from jackfield.isolation import IsolatedReader, IsolationLimits, ReadingFailedError
from jackfield.openapi import read_api, trust_document

PATHS = b",".join(b'"/p%d":{"get":{}}' % number for number in range(800_000))

BOMBS = {
    "depth of YAML": b"[" * 200_000,
    "depth of a mapping": b"a: " + b"{b: " * 200_000,
    "aliases": b"a: &a [x, x]\n" + b"".join(b"a%d: &a%d [*a, *a]\n" % (one, one) for one in range(30)),
    "merge keys": b"a: &a {x: 1}\nb: {<<: *a}\n",
    "50 MiB": b"{" + b" " * (50 << 20),
    "a million paths": b'{"openapi":"3.0.0","paths":{' + PATHS + b"}}",
    "a name of a megabyte, twice": b'{"' + b"k" * 1_000_000 + b'":1,"' + b"k" * 1_000_000 + b'":2}',
    "an object of the language": b"a: !!python/object/apply:os.system [id]\n",
    "depth of JSON": b'{"openapi":"3.0.0","paths":' + b"[" * 300_000,
    "nothing": b"",
    "no text": bytes(range(256)),
}


@pytest.mark.requirement("D24")
@pytest.mark.parametrize("name", BOMBS)
async def test_a_bomb_is_refused_with_a_reason_and_the_server_lives(name: str) -> None:
    server = os.getpid()

    answer = await IsolatedReader().read("openapi", BOMBS[name])

    assert os.getpid() == server
    assert answer["error"]["message"]


@pytest.mark.requirement("D24")
async def test_words_numbers_and_dates_stay_what_they_are() -> None:
    text = b"openapi: 3.0.0\ninfo: {title: NO, version: 012, description: 2001-01-01}\npaths: {}\n"

    answer = await IsolatedReader().read("openapi", text)

    info = trust_document(answer["document"].encode()).get("/info")
    assert info == {"title": "NO", "version": "012", "description": "2001-01-01"}


async def test_what_was_read_can_be_kept_and_trusted() -> None:
    text = b"openapi: 3.0.0\ninfo: {title: t}\npaths: {/a: {get: {operationId: a, responses: {}}}}\n"

    answer = await IsolatedReader().read("openapi", text)

    api = read_api(trust_document(answer["document"].encode()))
    assert [one.name for one in api.operations] == ["a"]
    assert (answer["report"]["understood"], answer["title"], answer["version"]) == (1, "t", "3.0")


async def outcome(reader: IsolatedReader, text: bytes) -> str:
    """Why it was not read, said by the child or about it."""
    try:
        answer = await reader.read("openapi", text)
    except ReadingFailedError as error:
        return error.message
    return answer["error"]["message"]


@pytest.mark.parametrize(
    "limits",
    [IsolationLimits(memory=64 << 20), IsolationLimits(cpu_seconds=0), IsolationLimits(wall_seconds=0.0)],
    ids=["memory", "cpu", "wall"],
)
async def test_a_reader_that_takes_too_much_is_stopped(limits: IsolationLimits) -> None:
    reader = IsolatedReader(limits)
    text = b'{"openapi":"3.0.0","paths":{},"x":"' + b"y" * (15 << 20) + b'"}'

    assert await outcome(reader, text)


async def test_only_what_is_in_the_table_can_be_run() -> None:
    with pytest.raises(ReadingFailedError):
        await IsolatedReader().read("os", b"")
