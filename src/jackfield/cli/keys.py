"""`jackfield keys`: the keys that secrets are sealed under.

A rotation may be cut off at any moment, also by SIGKILL or a power cut; calling it again finishes it. Nothing about how
far it came is written down: the key file says which keys there are, and every row says under which key it is sealed.

1. A new key; every process seals under it from now on.
2. Everything is wrapped anew: credentials, kept answers, sealed runs, the check of the key file. Servers go on meanwhile.
3. A pause as long as the longest call: until then somebody may still store or open what he sealed or read before.
4. Counted again; the keys that nothing is sealed under are dropped.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from jackfield.api.idempotency import count_answers_by_key_id, rewrap_answers
from jackfield.bootstrap import Parts, assemble
from jackfield.cli.database import open_database
from jackfield.cli.failures import CommandError
from jackfield.cli.logs import configure_logs
from jackfield.cli.output import hint, mark, print_json, print_table, say
from jackfield.db import Database, Transaction
from jackfield.directory import find_installation, store_key_check
from jackfield.errors import MisconfiguredError
from jackfield.kernel import Act, Actor, ActorKind, Door, ObjectRef, RequestId, new_id
from jackfield.settings import Settings, read_settings
from jackfield.vault import (
    Vault,
    add_key,
    create_key_file,
    key_check,
    key_check_key_id,
    key_file_status,
    require_same_keys,
    retire_keys,
)

app = typer.Typer(
    help="Make, check and rotate the keys that secrets are sealed under.", no_args_is_help=True, add_completion=False
)

_WRITING_SECONDS: Final = 30
"""How long a transaction waits for others at most (db/database.py)."""
_PASSES: Final = 20
_BATCH: Final = 100
_LOG_TRIES: Final = 50
_LOG_PAUSE_SECONDS: Final = 0.1

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


@app.command("init")
def init() -> None:
    """Make this installation's first key file; an existing one is never overwritten."""
    settings = read_settings()
    configure_logs(settings)
    with open_database(settings, may_be_new=True) as database:
        if database.read_now(find_installation) is not None and not settings.key_file.exists():
            raise CommandError(
                f"the database belongs to an installation already, whose key file isn't at {settings.key_file}: put it "
                f"back; a new key file opens nothing that was sealed before"
            )
        create_key_file(settings.key_file)
    say(f"Made {settings.key_file}. Back it up apart from the database: without it no secret opens again.")


@app.command("check", epilog="Example: jackfield keys check --json")
def check(*, as_json: AsJson = False) -> None:
    """Show how the key file stands, and what is sealed under which key. Exit code 1 when something is to be mended."""
    settings = read_settings()
    configure_logs(settings)
    status = key_file_status(settings.key_file)
    problems = list(status.problems)
    counts: Mapping[str, int] = {}
    if status.keys:
        with open_database(settings) as database:
            try:
                counts = asyncio.run(_count_alone(settings, database))
            except MisconfiguredError as error:
                problems.append(error.message)
    known = {key.id for key in status.keys}
    if status.keys:
        problems += [
            f"{count} things are sealed under the key {key_id}, which the key file doesn't have"
            for key_id, count in counts.items()
            if key_id not in known
        ]
    rows: list[dict[str, Any]] = [
        {"id": key.id, "created": key.created.isoformat(), "primary": key.primary, "sealed": counts.get(key.id, 0)}
        for key in status.keys
    ]
    if as_json:
        mode = None if status.mode is None else f"{status.mode:04o}"
        print_json({"path": str(status.path), "mode": mode, "owner": status.owner, "keys": rows, "problems": problems})
    else:
        say(str(status.path))
        columns = (("KEY", "id"), ("CREATED", "created"), ("SEALS NOW", "primary"), ("SEALED UNDER IT", "sealed"))
        print_table(rows, columns, empty="There are no keys.")
        for problem in problems:
            mark("✗", problem)
        if len(rows) > 1:
            mark("!", "a rotation was interrupted, or is running: `jackfield keys rotate` finishes it")
        elif not problems:
            mark("✓", "the key file belongs to this database")
    if problems:
        raise typer.Exit(1)


@app.command("rotate", epilog="Safe beside running servers, and after a crash: call it again, it goes on.")
def rotate(
    *,
    pause: Annotated[
        float | None,
        typer.Option(min=0, help="Seconds to wait before old keys are dropped; the longest call and half a minute."),
    ] = None,
) -> None:
    """Move everything under a new key, and drop the old one."""
    settings = read_settings()
    configure_logs(settings)
    seconds = settings.limits.call_seconds + _WRITING_SECONDS if pause is None else pause
    with open_database(settings) as database:
        done = asyncio.run(_rotate(settings, database, seconds))
    say(f"Everything is sealed under {done.primary} now: {done.rewrapped} wrapped anew.")
    say("Dropped: " + (", ".join(done.dropped) or "none") + ". Back up the key file now, and keep it apart.")


@dataclass(frozen=True, slots=True)
class _Done:
    primary: str
    rewrapped: int
    dropped: list[str]


async def _rotate(settings: Settings, database: Database, pause: float) -> _Done:
    path = settings.key_file
    async with assemble(settings, database) as parts:
        begun = await _begin(parts)
        rewrapped = 0
        console = Console(stderr=True)
        with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console) as progress:
            task = progress.add_task("wrapping anew", total=begun)
            for _ in range(_PASSES):
                rewrapped += await _rewrap_all(parts, progress, task)
                primary = parts.vault.primary_key_id
                if set(await _count(parts)) != {primary}:
                    continue
                progress.update(task, description=f"waiting {pause:g} s for calls under way")
                await asyncio.sleep(pause)
                kept = await _count(parts)
                if set(kept) == {primary}:
                    await _empty_log(database)
                    return _Done(primary, rewrapped, retire_keys(path, set(kept)))
    raise CommandError(
        "something stays under an old key, which is kept therefore: it was changed outside Jackfield and can't be "
        "opened, or it is stored all the time; `jackfield keys check` shows how much, `jackfield doctor` what to do"
    )


async def _empty_log(database: Database) -> None:
    """What was wrapped under the old key, which may be known to a thief, is to be found nowhere (D06, D09)."""
    for _ in range(_LOG_TRIES):
        if await asyncio.to_thread(database.empty_log):
            return
        await asyncio.sleep(_LOG_PAUSE_SECONDS)
    hint("A server reads from the database all the time: what was wrapped under the old key leaves its log later.")


async def _begin(parts: Parts) -> int:
    """Make a new key, unless a rotation is to be finished first; how much is to be wrapped anew."""
    path = parts.settings.key_file
    counts = await _count(parts)
    known = [key.id for key in key_file_status(path).keys]
    missing = set(counts) - set(known)
    if missing:
        raise CommandError(
            f"something is sealed under {', '.join(sorted(missing))}, which the key file {path} doesn't have: put the "
            f"right key file back first"
        )
    if len(known) > 1:
        hint("An earlier rotation was interrupted; this finishes it.")
    else:
        add_key(path)
    primary = parts.vault.primary_key_id
    return sum(count for key_id, count in counts.items() if key_id != primary)


async def _rewrap_all(parts: Parts, progress: Progress, task: Any) -> int:
    rewrapped = 0
    after: str | None = None
    while True:
        batch = await parts.connections.rewrap_batch(after, _BATCH)
        rewrapped += batch.rewrapped
        progress.advance(task, batch.rewrapped)
        after = batch.after
        if after is None:
            break
    answers = await rewrap_answers(parts.database, parts.vault)
    progress.advance(task, answers)
    runs = await parts.processes.rewrap_runs()
    progress.advance(task, runs)
    boxes = await parts.triggers.rewrap_boxes()
    progress.advance(task, boxes)
    answers += runs + boxes
    if await _renew_key_check(parts):
        progress.advance(task, 1)
        rewrapped += 1
    return rewrapped + answers


async def _renew_key_check(parts: Parts) -> bool:
    """Seal the check of the key file under the new key, and record the rotation with it (E1)."""
    primary = parts.vault.primary_key_id

    def renew(tx: Transaction) -> bool:
        # The lock on which rotations queue; nothing sealed under the old key is to be remembered anywhere after it.
        tx.change_policy()
        known = find_installation(tx)
        if known is None or key_check_key_id(known.key_check) == primary:
            return False
        store_key_check(tx, key_check(parts.vault))
        act = Act(
            actor=Actor(ActorKind.SYSTEM, "installation", "Jackfield"),
            door=Door.CLI,
            request_id=RequestId(new_id("req")),
            name="keys.rotate",
            object=ObjectRef("installation", known.id),
            rule="directory.operator",
            data={"key": primary, "before": key_check_key_id(known.key_check)},
        )
        parts.audit.record(tx, act)
        return True

    return await parts.database.write(renew)


async def _count(parts: Parts) -> Counter[str]:
    """How much is sealed under each key, of all kinds."""
    counts = Counter(await parts.connections.count_by_key_id())
    counts.update(await count_answers_by_key_id(parts.database))
    counts.update(await parts.processes.count_by_key_id())
    counts.update(await parts.triggers.count_by_key_id())
    known = await parts.database.read(find_installation)
    if known is not None:
        counts[key_check_key_id(known.key_check)] += 1
    return counts


async def _count_alone(settings: Settings, database: Database) -> Mapping[str, int]:
    """As `_count`, where nothing may be made that isn't there.

    Raises:
        MisconfiguredError: The keys don't belong to the database.
    """
    known = await database.read(find_installation)
    if known is None:
        return {}
    require_same_keys(Vault.open(settings.key_file, open_to_others=True), known.key_check)
    async with assemble(settings.model_copy(update={"key_file_open_to_others": True}), database) as parts:
        return await _count(parts)
