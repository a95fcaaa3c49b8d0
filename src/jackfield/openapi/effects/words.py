"""The words by which documents say what an operation does, and the one among several that decides.

Names are verbs and objects in any order (`users_delete`, `PoliciesDelete`, `chat.postMessage`, `getCancelReasons`): the
first word that is a verb without doubt decides, and what follows an `and`. Words that are nouns as often (`invite`,
`share`) count where a name begins with them.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from jackfield.kernel import Effect

_ENDS: Final = frozenset(
    {
        *("abort", "cancel", "clear", "decommission", "delete", "deprovision", "deregister", "destroy", "discard"),
        *("disenroll", "drop", "erase", "evict", "expunge", "flush", "forget", "invalidate", "kill", "overwrite"),
        *("purge", "remove", "reset", "revoke", "rollback", "shred", "terminate", "trash", "truncate", "unenroll"),
        *("uninstall", "unlink", "unprovision", "unregister", "wipe", "del", "rm", "undeploy", "reimage", "reinstall"),
        *("deletion", "removal", "cancelation", "cancellation", "revocation", "termination"),
    }
)
_SENDS: Final = frozenset(
    {
        *("announce", "broadcast", "deliver", "disburse", "disseminate", "forward", "notify", "pay", "publish"),
        *("redeliver", "refund", "reinvite", "remind", "remit", "reply", "republish", "resend", "retweet", "send"),
        *("sendmail", "syndicate", "transfer", "tweet", "withdraw", "respond", "dial"),
    }
)
_CHANGES: Final = frozenset(
    {
        *("accept", "activate", "add", "allocate", "append", "apply", "approve", "assign", "associate", "attach"),
        *("authorize", "clone", "confirm", "configure", "connect", "create", "deactivate", "decline", "decrement"),
        *("deploy", "detach", "disable", "disassociate", "disconnect", "dismiss", "edit", "enable", "enroll"),
        *("execute", "generate", "increment", "initiate", "insert", "install", "join", "launch", "leave"),
        *("merge", "migrate", "modify", "move", "pause", "promote", "provision", "put", "reboot", "reconnect"),
        *("register", "reject", "rename", "renew", "reopen", "replace", "restart", "restore", "resume", "retry"),
        *("rotate", "save", "start", "stop", "submit", "suspend", "terminate", "toggle", "trigger", "unarchive"),
        *("undelete", "unpublish", "unlock", "unset", "update", "upgrade", "upload", "upsert", "write", "unsubscribe"),
        *("subscribe", "regenerate", "recreate", "reassign", "rebuild", "refresh", "reorder", "mark", "begin"),
        *("unassign", "unfollow", "unstar", "untag", "import", "patch", "set", "post", "run", "process", "schedule"),
    }
)
_READS: Final = frozenset(
    {
        *("aggregate", "autocomplete", "browse", "calculate", "check", "compare", "compute", "count", "describe"),
        *("detect", "diff", "enumerate", "estimate", "evaluate", "exists", "explain", "fetch", "filter", "find", "get"),
        *("has", "inspect", "is", "list", "load", "lookup", "predict", "preview", "query", "read", "resolve"),
        *(
            "retrieve",
            "scan",
            "search",
            "select",
            "show",
            "suggest",
            "summarize",
            "validate",
            "verify",
            "view",
            "watch",
        ),
        *("gets", "lists", "returns", "return", "download", "simulate", "translate", "analyze", "classify", "geocode"),
    }
)
_NOUNS_TOO: Final = frozenset(
    {
        *("check", "watch", "view", "return", "filter", "query", "search", "list", "count", "set", "process", "import"),
        *("patch", "post", "run", "schedule", "preview", "transfer", "refund", "reply", "forward"),
        *(
            "cancelation",
            "revocation",
            "termination",
            "reset",
            "del",
            "broadcast",
            "mark",
            "start",
            "stop",
            "load",
            "scan",
            "estimate",
            "tweet",
            "update",
            "upgrade",
        ),
        *(
            "is",
            "has",
            "put",
            "upload",
            "generate",
            "connect",
            "authorize",
            "deletion",
            "removal",
            "cancellation",
            "download",
            "register",
            "pay",
            "diff",
            "rm",
            "trash",
            "kill",
            "drop",
            "read",
        ),
    }
)
"""Verbs above that are nouns as often: another verb in the name counts before them."""
_SENDS_AT_THE_BEGINNING: Final = frozenset(
    {"alert", "call", "email", "fax", "invite", "mail", "message", "ping", "push", "share", "sms"}
)
_CARRIERS: Final = frozenset(
    {
        *("add", "begin", "bulk", "create", "do", "execute", "force", "initiate", "insert", "issue", "launch", "make"),
        *("perform", "place", "post", "put", "request", "run", "schedule", "start", "submit", "trigger", "batch"),
    }
)
"""Verbs that say nothing before their object: `createMessage`, `startDeletion`."""
_SENT: Final = frozenset(
    {
        *("announcement", "broadcast", "call", "email", "fax", "invitation", "invite", "letter", "mail", "message"),
        *("mms", "notification", "payment", "payout", "postcard", "refund", "reminder", "reply", "sms", "transfer"),
        *("tweet", "voicecall"),
    }
)
"""What is sent by being created."""
_PREPOSITIONS: Final = frozenset(
    {"as", "at", "by", "for", "from", "in", "into", "of", "on", "to", "using", "via", "with"}
)
_JOINS: Final = frozenset({"and", "or", "then"})
_HAS_WORDS: Final = re.compile(r"[a-z][A-Z]|-")
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_EFFECTS: Final = {
    **dict.fromkeys(_READS, Effect.READ),
    **dict.fromkeys(_CHANGES, Effect.WRITE),
    **dict.fromkeys(_SENDS, Effect.SENDS_OUT),
    **dict.fromkeys(_ENDS, Effect.DESTRUCTIVE),
}

HEAVINESS: Final = {Effect.READ: 0, Effect.WRITE: 1, Effect.SENDS_OUT: 2, Effect.DESTRUCTIVE: 3}
"""From the lightest to the heaviest."""

Said = tuple[Effect, str]
"""What words say, and the ones that say it."""


@lru_cache(maxsize=8192)
def split_words(text: str) -> tuple[str, ...]:
    """The words of a name, in lower case: `chat.postMessage` is `chat`, `post`, `message`."""
    return tuple(one.lower() for one in _WORD.findall(text))


def read_name(name: str, *, creates: bool) -> Said | None:
    """What a name says: its last part (`repos/list-keys`, `Users_ListKeys`, `users.keys.list`), else all of it.

    Args:
        name: As in the document.
        creates: Whether the call may make something new; only then a noun means that it is sent: `createMessage`.
    """
    last = name.rpartition("/")[2].rpartition(".")[2]
    piece = last.rpartition("_")[2]
    if piece != last and _HAS_WORDS.search(piece):
        last = piece
    for one in dict.fromkeys((last, name)):
        if found := _read_words(split_words(one), creates=creates):
            return found
    return None


def _read_words(words: Sequence[str], *, creates: bool) -> Said | None:
    """What words say, by their verbs and, after verbs that say nothing, by the object."""
    first = _first_verb(words)
    if first is None or (not creates and words[first] in _SENDS & _NOUNS_TOO):
        is_verb = creates and bool(words) and words[0] in _SENDS_AT_THE_BEGINNING
        return (Effect.SENDS_OUT, words[0]) if is_verb else None
    found = [(_EFFECTS[words[first]], words[first])]
    if words[first] in _CARRIERS:
        found += [one for one in _object(words[first:]) if creates or one[0] is Effect.DESTRUCTIVE]
    for index in range(first + 1, len(words)):
        if words[index - 1] in _JOINS and words[index] in _EFFECTS:
            found.append((_EFFECTS[words[index]], words[index]))
    return max(found, key=lambda one: HEAVINESS[one[0]])


def _first_verb(words: Sequence[str]) -> int | None:
    verbs = [index for index, one in enumerate(words) if one in _EFFECTS]
    sure = [index for index in verbs if words[index] not in _NOUNS_TOO]
    if sure:
        return 0 if verbs[0] == 0 and _EFFECTS[words[0]] is Effect.READ else sure[0]
    ends = {0, len(words) - 1}
    return next((index for index in verbs if index in ends), None)


def _object(words: Sequence[str]) -> list[Said]:
    """What the object of `words[0]` says: the last word before a preposition."""
    end = next((index for index, one in enumerate(words) if index and one in _PREPOSITIONS), len(words))
    objects = words[1:end]
    if not objects or "draft" in objects:
        return []
    said = " ".join((words[0], *objects))
    if _EFFECTS.get(objects[0]) is Effect.DESTRUCTIVE or _EFFECTS.get(objects[-1]) is Effect.DESTRUCTIVE:
        return [(Effect.DESTRUCTIVE, said)]
    if is_sent(objects[-1]):
        return [(Effect.SENDS_OUT, said)]
    return []


def is_sure(said: Said) -> bool:
    """Whether the word that says it is nothing but a verb."""
    return said[1] in _EFFECTS and said[1] not in _NOUNS_TOO


def is_sent(noun: str) -> bool:
    """Whether it is sent by being created; `messages` is as good as `message`."""
    return noun in _SENT or singular(noun) in _SENT


def singular(noun: str) -> str:
    """The word without the ending of the plural, which is also that of `deletes`."""
    if noun.endswith("ies"):
        return f"{noun[:-3]}y"
    return noun.removesuffix("es") if noun.endswith(("xes", "shes", "ches")) else noun.removesuffix("s")


def read_sentence(text: str) -> Said | None:
    """What the first words of a summary say: its verb, and what is joined to it by "and"."""
    words = [_infinitive(one) for one in split_words(text[:120])[:8]]
    if not words:
        return None
    found = [(_EFFECTS[words[0]], words[0])] if words[0] in _EFFECTS else []
    if words[0] in _SENDS_AT_THE_BEGINNING and len(words) > 1:
        found.append((Effect.SENDS_OUT, words[0]))
    if found:
        found += [(_EFFECTS[b], b) for a, b in pairwise(words) if a in _JOINS and b in _EFFECTS]
    return max(found, key=lambda one: HEAVINESS[one[0]], default=None)


def _infinitive(word: str) -> str:
    """`delete` of `deletes`."""
    return (
        word
        if word in _EFFECTS
        else next((one for one in (word.removesuffix("s"), word.removesuffix("es")) if one in _EFFECTS), word)
    )
