"""The example's IMAP server: an honest part of IMAP4rev1 (RFC 3501) with UIDPLUS, MOVE, IDLE, UNSELECT and SPECIAL-USE.

Left out: ENVELOPE, BODYSTRUCTURE, subscriptions other than everything, keywords, TLS: it listens to this machine alone.
"""

import asyncio
import base64
import binascii
import email
import re
from collections.abc import Awaitable, Callable, Mapping
from email.message import EmailMessage
from email.policy import default
from functools import partial
from typing import Final, NoReturn

from jackfield.example.accounts import Accounts
from jackfield.example.systems import imap_fetch, imap_search
from jackfield.example.systems.imap_words import (
    LITERAL,
    SyntaxFaultError,
    Word,
    in_set,
    mark,
    quoted,
    split_words,
    text_of,
)
from jackfield.example.systems.lines import IDLE_SECONDS, MAX_MESSAGE, read_line
from jackfield.example.systems.mail_store import Folder, Mail, MailStore

CAPABILITIES: Final = "IMAP4rev1 AUTH=PLAIN LITERAL+ UIDPLUS MOVE IDLE UNSELECT SPECIAL-USE ID NAMESPACE"
_FLAGS: Final = "\\Answered \\Deleted \\Draft \\Flagged \\Seen"
_TRIES: Final = 3

Command = Callable[[list[Word]], Awaitable[str] | str]


class RefusedError(Exception):
    """NO: understood, and not done; the text is for the client."""


class ImapSession:
    """One connection.

    Args:
        accounts: Who may sign in.
        store: The mailboxes.
        reader: From the client.
        writer: To the client.
    """

    def __init__(
        self, accounts: Accounts, store: MailStore, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._accounts = accounts
        self._store = store
        self._reader = reader
        self._writer = writer
        self._account = ""
        self._tries = 0
        self._folder: Folder | None = None
        self._may_change = False
        self._mails: list[Mail] = []
        self._is_over = False

    async def talk(self) -> None:
        """Until the client leaves."""
        self._say(f"* OK [CAPABILITY {CAPABILITIES}] Linden Instruments mail server ready")
        while not self._is_over:
            await self._writer.drain()
            await self._answer_one()
        await self._writer.drain()

    async def _answer_one(self) -> None:
        line, literals = await self._read_command()
        tag, _, rest = line.partition(b" ")
        name, _, rest = rest.partition(b" ")
        label = tag.decode("latin-1") or "*"
        try:
            said = await self._perform(name.decode("latin-1").upper(), split_words(rest, literals))
        except SyntaxFaultError as error:
            self._say(f"{label} BAD {error}")
        except RefusedError as error:
            self._say(f"{label} NO {error}")
        except (ValueError, LookupError):
            self._say(f"{label} BAD this can't be understood")
        else:
            self._say(f"{label} OK {said}")

    async def _perform(self, name: str, words: list[Word]) -> str:
        if name == "UID" and words:
            name = f"UID {text_of(words.pop(0)).upper()}"
        command = self._commands().get(name)
        if command is None:
            state = "sign in first" if not self._account else "open a folder first" if not self._folder else "unknown"
            raise SyntaxFaultError(f"{name[:40]} can't be done here: {state}")
        said = command(words)
        return said if isinstance(said, str) else await said

    def _commands(self) -> Mapping[str, Command]:
        """What can be done in the present state."""
        commands: dict[str, Command] = {
            "CAPABILITY": self._capability,
            "NOOP": self._noop,
            "LOGOUT": self._logout,
            "ID": self._id,
        }
        if not self._account:
            return commands | {"LOGIN": self._login, "AUTHENTICATE": self._authenticate}
        commands |= {
            "LIST": self._list,
            "LSUB": partial(self._list, answer="LSUB"),
            "NAMESPACE": self._namespace,
            "STATUS": self._status,
            "SELECT": partial(self._select, may_change=True),
            "EXAMINE": partial(self._select, may_change=False),
            "CREATE": self._create,
            "DELETE": self._delete,
            "SUBSCRIBE": lambda _: "done",
            "UNSUBSCRIBE": lambda _: "done",
            "APPEND": self._append,
            "IDLE": self._idle,
        }
        if self._folder is None:
            return commands
        for prefix, by_uid in (("", False), ("UID ", True)):
            commands |= {
                f"{prefix}SEARCH": partial(self._search, by_uid=by_uid),
                f"{prefix}FETCH": partial(self._fetch, by_uid=by_uid),
                f"{prefix}STORE": partial(self._flag, by_uid=by_uid),
                f"{prefix}COPY": partial(self._copy, by_uid=by_uid),
                f"{prefix}MOVE": partial(self._move, by_uid=by_uid),
            }
        return commands | {
            "EXPUNGE": partial(self._expunge, by_uid=False),
            "UID EXPUNGE": partial(self._expunge, by_uid=True),
            "CHECK": self._noop,
            "CLOSE": partial(self._close, expunges=True),
            "UNSELECT": partial(self._close, expunges=False),
        }

    # --- In any state -------------------------------------------------------------------------------------------------

    def _capability(self, _words: list[Word]) -> str:
        self._say(f"* CAPABILITY {CAPABILITIES}")
        return "done"

    def _noop(self, _words: list[Word]) -> str:
        self._tell_news()
        return "done"

    def _id(self, _words: list[Word]) -> str:
        self._say('* ID ("name" "Linden Instruments mail server" "version" "1")')
        return "done"

    def _logout(self, _words: list[Word]) -> str:
        self._say("* BYE until next time")
        self._is_over = True
        return "done"

    # --- Signing in ---------------------------------------------------------------------------------------------------

    def _login(self, words: list[Word]) -> str:
        user, password = map(text_of, words)
        return self._sign_in(user, password)

    async def _authenticate(self, words: list[Word]) -> str:
        if text_of(words[0]).upper() != "PLAIN":
            raise RefusedError("only PLAIN is offered")
        self._say("+ ")
        await self._writer.drain()
        try:
            _, user, password = base64.b64decode(await read_line(self._reader), validate=True).split(b"\0")
        except (binascii.Error, ValueError):
            raise SyntaxFaultError("this is no PLAIN response") from None
        return self._sign_in(user.decode(errors="replace"), password.decode(errors="replace"))

    def _sign_in(self, user: str, password: str) -> str:
        account = user.lower()
        if account not in self._store.accounts or not self._accounts.is_right(account, password):
            self._tries += 1
            self._is_over = self._tries >= _TRIES
            raise RefusedError("[AUTHENTICATIONFAILED] user or password is wrong")
        self._account = account
        return f"[CAPABILITY {CAPABILITIES}] signed in"

    # --- Folders ------------------------------------------------------------------------------------------------------

    def _list(self, words: list[Word], *, answer: str = "LIST") -> str:
        reference, pattern = text_of(words[0]), text_of(words[1]) if len(words) > 1 else "*"
        if not pattern:
            self._say(f'* {answer} (\\Noselect) "/" ""')
            return "done"
        # `%` stops at the delimiter, `*` doesn't (RFC 3501 §6.3.8).
        parts = re.split(r"([*%])", reference + pattern)
        shape = "".join({"*": ".*", "%": "[^/]*"}.get(part, re.escape(part)) for part in parts)
        for folder in self._store.folders(self._account):
            if re.fullmatch(shape, folder.name, re.IGNORECASE if folder.name == "INBOX" else 0):
                marks = f"\\HasNoChildren {folder.purpose}".strip()
                self._say(f'* {answer} ({marks}) "/" {quoted(folder.name)}')
        return "done"

    def _namespace(self, _words: list[Word]) -> str:
        self._say('* NAMESPACE (("" "/")) NIL NIL')
        return "done"

    def _status(self, words: list[Word]) -> str:
        folder = self._require(words[0])
        mails = self._store.list_mails(folder.id)
        counts = {
            "MESSAGES": len(mails),
            "RECENT": 0,
            "UIDNEXT": folder.next_uid,
            "UIDVALIDITY": folder.id,
            "UNSEEN": sum("\\Seen" not in mail.flags for mail in mails),
        }
        wanted = [text_of(word).upper() for word in words[1]] if isinstance(words[1], list) else []
        said = " ".join(f"{name} {counts[name]}" for name in wanted)
        self._say(f"* STATUS {quoted(folder.name)} ({said})")
        return "done"

    def _select(self, words: list[Word], *, may_change: bool) -> str:
        self._folder = None
        folder = self._require(words[0])
        self._folder, self._may_change = folder, may_change
        self._mails = self._store.list_mails(folder.id)
        for line in (
            f"FLAGS ({_FLAGS})",
            f"{len(self._mails)} EXISTS",
            "0 RECENT",
            f"OK [UIDVALIDITY {folder.id}] of this folder",
            f"OK [UIDNEXT {folder.next_uid}] of the next mail",
            f"OK [PERMANENTFLAGS ({_FLAGS if may_change else ''})] are kept",
        ):
            self._say(f"* {line}")
        return f"[READ-{'WRITE' if may_change else 'ONLY'}] opened"

    def _create(self, words: list[Word]) -> str:
        name = text_of(words[0]).rstrip("/")
        if not name or self._store.find_folder(self._account, name):
            raise RefusedError("[ALREADYEXISTS] there is a folder of that name")
        self._store.add_folder(self._account, name)
        return "made"

    def _delete(self, words: list[Word]) -> str:
        folder = self._require(words[0])
        if folder.purpose or folder.name == "INBOX":
            raise RefusedError("[CANNOT] this folder stays")
        self._store.remove_folder(folder)
        return "deleted"

    def _append(self, words: list[Word]) -> str:
        folder, content = self._require(words[0]), words[-1]
        if not isinstance(content, bytes):
            raise SyntaxFaultError("the message must be a literal")
        flags = {text_of(word) for word in words[1]} if isinstance(words[1], list) else set[str]()
        uid = self._store.add(folder.id, content, flags=flags)
        self._tell_news()
        return f"[APPENDUID {folder.id} {uid}] stored"

    async def _idle(self, _words: list[Word]) -> str:
        """RFC 2177: tell what is new until the client has enough."""
        self._say("+ idling")
        news = asyncio.Event()
        stop_listening = self._store.listen(news.set)
        done = asyncio.create_task(read_line(self._reader))
        try:
            while not done.done():
                await self._writer.drain()
                waiting = asyncio.create_task(news.wait())
                await asyncio.wait({done, waiting}, timeout=IDLE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                waiting.cancel()
                news.clear()
                self._tell_news()
            await done
        finally:
            done.cancel()
            stop_listening()
        return "done"

    def _close(self, _words: list[Word], *, expunges: bool) -> str:
        folder = self._opened
        if expunges and self._may_change:
            self._store.remove(folder.id, [mail.uid for mail in self._mails if "\\Deleted" in mail.flags])
        self._folder, self._mails = None, []
        return "closed"

    # --- Messages -----------------------------------------------------------------------------------------------------

    def _search(self, words: list[Word], *, by_uid: bool) -> str:
        key = imap_search.read_keys(words)
        last = self._mails[-1].uid if self._mails else 0
        found = [
            mail.uid if by_uid else number
            for number, mail in enumerate(self._mails, 1)
            if key(imap_search.Found(number, mail, partial(self._parse, mail.uid), len(self._mails), last))
        ]
        self._say(" ".join(["* SEARCH", *map(str, found)]))
        return "searched"

    def _fetch(self, words: list[Word], *, by_uid: bool) -> str:
        numbers, wanted = words
        items = imap_fetch.read_items(wanted)
        if by_uid and "UID" not in map(str.upper, items):
            items = ["UID", *items]
        seen = imap_fetch.marks_seen(items) and self._may_change
        for number, mail in self._among(numbers, by_uid=by_uid):
            changed = self._set_flags(number, mail.flags | {"\\Seen"}) if seen else mail
            read = partial(self._store.content, self._opened.id, mail.uid)
            said = imap_fetch.answer(changed, items, read, partial(self._parse, mail.uid))
            self._writer.write(b"* %d FETCH (%s)\r\n" % (number, said))
        return "fetched"

    def _flag(self, words: list[Word], *, by_uid: bool) -> str:
        self._require_changes()
        numbers, how, named = words[0], text_of(words[1]).upper(), words[2]
        flags = {text_of(word) for word in (named if isinstance(named, list) else words[2:])}
        for number, mail in self._among(numbers, by_uid=by_uid):
            after = {"+": mail.flags | flags, "-": mail.flags - flags}.get(how[0], frozenset(flags))
            self._set_flags(number, after)
            if not how.endswith(".SILENT"):
                uid = f"UID {mail.uid} " if by_uid else ""
                self._say(f"* {number} FETCH ({uid}FLAGS ({' '.join(sorted(after))}))")
        return "marked"

    def _copy(self, words: list[Word], *, by_uid: bool) -> str:
        target = self._require(words[1], code="TRYCREATE")
        uids = [mail.uid for _, mail in self._among(words[0], by_uid=by_uid)]
        said = self._copied(uids, target)
        self._tell_news()
        return f"{said} copied"

    def _move(self, words: list[Word], *, by_uid: bool) -> str:
        self._require_changes()
        target = self._require(words[1], code="TRYCREATE")
        uids = [mail.uid for _, mail in self._among(words[0], by_uid=by_uid)]
        self._say(f"* OK {self._copied(uids, target)} on their way")
        self._take_away(uids)
        return "moved"

    def _expunge(self, words: list[Word], *, by_uid: bool) -> str:
        self._require_changes()
        chosen = self._among(words[0], by_uid=True) if by_uid else list(enumerate(self._mails, 1))
        self._take_away([mail.uid for _, mail in chosen if "\\Deleted" in mail.flags])
        return "expunged"

    # --- What they are made of ----------------------------------------------------------------------------------------

    @property
    def _opened(self) -> Folder:
        if self._folder is None:
            raise SyntaxFaultError("open a folder first")
        return self._folder

    def _among(self, numbers: Word, *, by_uid: bool) -> list[tuple[int, Mail]]:
        text = text_of(numbers)
        largest = (self._mails[-1].uid if by_uid else len(self._mails)) if self._mails else 0
        return [
            (number, mail)
            for number, mail in enumerate(self._mails, 1)
            if in_set(text, mail.uid if by_uid else number, largest)
        ]

    def _set_flags(self, number: int, flags: frozenset[str]) -> Mail:
        mail = self._mails[number - 1]
        self._store.set_flags(self._opened.id, mail.uid, flags)
        self._mails[number - 1] = changed = Mail(mail.uid, flags, mail.received, mail.size)
        return changed

    def _copied(self, uids: list[int], target: Folder) -> str:
        copies = self._store.copy(self._opened.id, uids, target)
        pairs = (",".join(map(str, numbers)) for numbers in (uids, copies))
        return f"[COPYUID {target.id} {' '.join(pairs)}]" if uids else ""

    def _take_away(self, uids: list[int]) -> None:
        self._store.remove(self._opened.id, uids)
        # Each number counts as if those before it were gone already (RFC 3501 §7.4.1).
        for number in range(len(self._mails), 0, -1):
            if self._mails[number - 1].uid in uids:
                del self._mails[number - 1]
                self._say(f"* {number} EXPUNGE")

    def _tell_news(self) -> None:
        """What has come since; what others took away is told when the folder is opened again."""
        if self._folder is None:
            return
        last = self._mails[-1].uid if self._mails else 0
        fresh = [mail for mail in self._store.list_mails(self._folder.id) if mail.uid > last]
        if fresh:
            self._mails += fresh
            self._say(f"* {len(self._mails)} EXISTS")

    def _parse(self, uid: int) -> EmailMessage:
        return email.message_from_bytes(self._store.content(self._opened.id, uid), policy=default)

    def _require(self, name: Word, *, code: str = "NONEXISTENT") -> Folder:
        folder = self._store.find_folder(self._account, text_of(name))
        if folder is None:
            raise RefusedError(f"[{code}] there is no such folder")
        return folder

    def _require_changes(self) -> None:
        if not self._may_change:
            raise RefusedError("[READ-ONLY] the folder was opened for reading")

    async def _read_command(self) -> tuple[bytes, list[bytes]]:
        """A command's line, in which its literals are replaced by marks."""
        line, literals = await read_line(self._reader), list[bytes]()
        if b"\0" in line:
            self._break_off()
        while found := LITERAL.search(line):
            size = int(found[1])
            if size > MAX_MESSAGE:
                self._break_off()
            if not found[2]:
                self._say("+ go on")
                await self._writer.drain()
            literals.append(await self._reader.readexactly(size))
            rest = await read_line(self._reader)
            if b"\0" in rest:
                self._break_off()
            line = line[: found.start()] + mark(len(literals) - 1) + rest
        return line, literals

    def _break_off(self) -> NoReturn:
        raise ConnectionAbortedError

    def _say(self, line: str) -> None:
        self._writer.write(line.encode() + b"\r\n")
