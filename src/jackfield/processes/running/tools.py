"""What carrying runs on is done with."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jackfield.audit import AuditLog
from jackfield.connections import UseRegistry
from jackfield.db import Database, Transaction
from jackfield.directory import DirectoryFacts
from jackfield.engine import Engine, nudge_work
from jackfield.gateway import Gateway
from jackfield.kernel import Clock, ObjectRef, RunId
from jackfield.notices import Notices
from jackfield.processes.run_models import OPEN_STATES, EndedRun, Run, RunState
from jackfield.processes.running.admission import Admission
from jackfield.processes.running.probes import Probes
from jackfield.processes.running.programs import Program, Programs
from jackfield.processes.running.startables import Startables
from jackfield.processes.store import records, runs
from jackfield.processes.store.runs import StoredRun
from jackfield.settings import Limits
from jackfield.vault import Vault


@dataclass(frozen=True, slots=True)
class Tools:
    """The rooms below, what is remembered of versions, and who waits for runs to end."""

    database: Database
    audit: AuditLog
    gateway: Gateway
    engine: Engine
    vault: Vault
    notices: Notices
    directory: DirectoryFacts
    clock: Clock
    limits: Limits
    programs: Programs
    startables: Startables
    admission: Admission
    uses: UseRegistry
    probes: Probes
    fresh: dict[RunId, StoredRun] = field(default_factory=dict[RunId, StoredRun])
    """Stored by this process just now, and about to be carried on by it: what was stored needs not be read back."""
    waiters: defaultdict[RunId, list["asyncio.Future[EndedRun | None]"]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def tell(self, tx: Transaction, run: Run, problem: Mapping[str, Any], *, is_parked: bool = False) -> None:
        """Tell the owner of a run's process that it stopped for a person, once for each time (P3)."""
        process = records.find_process(tx, run.process_id)
        if process is None:
            return
        data = {"process": process.name, "code": str(problem["code"]), "message": str(problem["message"])}
        if is_parked:
            # Once for a process and a connection in a day, however many of its runs are parked.
            day = self.clock.now().date().isoformat()
            key = f"process.parked:{process.id}:{problem.get('connection')}:{day}"
            subject = ObjectRef("process", process.id, process.name)
            self.notices.tell(tx, [process.owner_id], "process.parked", subject, data, key)
            return
        key = f"run.faulty:{run.id}:{problem.get('step')}"
        self.notices.tell(tx, [process.owner_id], "run.faulty", ObjectRef("run", run.id, process.name), data, key)

    def wake_waiters(self, run_id: RunId, end: EndedRun | None = None) -> None:
        """Tell whoever waits for a run how it ended, or that it rests."""
        for one in self.waiters.pop(run_id, ()):
            if not one.done():
                one.set_result(end)

    async def ended(self, run: Run, program: Program, end: EndedRun) -> None:
        """Wake who waits for it, and let the next of its process go on where only so many may."""
        self.wake_waiters(run.id, end)
        most = program.settings.most_at_once
        if most is not None:
            await self.database.write(lambda tx: self.promote(tx, run, most))
            self.engine.wake()

    def promote(self, tx: Transaction, run: Run, most: int) -> None:
        """Let queued runs of a process go on, up to as many as may."""
        records.lock_process(tx, run.process_id)
        going_on = runs.count_open(tx, run.process_id, states=OPEN_STATES - {RunState.QUEUED})
        while going_on < most and (found := runs.next_queued(tx, run.process_id)) is not None:
            runs.mark_running(tx, [found])
            nudge_work(tx, found, self.engine.now_ms())
            going_on += 1
