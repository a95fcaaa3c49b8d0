"""Published processes, ready to be started; remembered while nothing changes that decides about them."""

from collections.abc import Callable

from jackfield.db import Database, EpochCache, PolicyEpoch, Transaction
from jackfield.kernel import ProcessId
from jackfield.processes.errors import NotPublishedError
from jackfield.processes.forms import read_form
from jackfield.processes.models import Process, ProcessFacts, Version
from jackfield.processes.store import records, versions


class Startable:
    """A published process, ready to be started."""

    def __init__(self, process: Process, facts: ProcessFacts, version: Version) -> None:
        self.process = process
        self.facts = facts
        self.version = version
        self.form = None if version.content.form is None else read_form(version.content.form)


class Startables:
    """What can be started, remembered by the process's id until rights or versions change."""

    def __init__(self, database: Database, epoch: PolicyEpoch) -> None:
        self._database = database
        self._epoch = epoch
        self._kept: EpochCache[str, Startable] = EpochCache(2_000)

    async def get(self, process_id: ProcessId) -> Startable:
        """A process's published version.

        Raises:
            NotPublishedError: There is none, or the process was deleted.
        """
        return await self.find(process_id, lambda tx: _published(tx, process_id))

    async def find(self, reference: str, find: Callable[[Transaction], Startable]) -> Startable:
        """What a reference means, as `find` says where it isn't the id of one that is remembered."""
        epoch = await self._epoch.current()
        kept = self._kept.find(reference, epoch)
        if kept is None:
            kept = await self._database.read(find)
            self._kept.keep(kept.process.id, epoch, kept)
        return kept


def _published(tx: Transaction, process_id: ProcessId) -> Startable:
    process = records.find_process(tx, process_id)
    version = process and process.published and versions.find_version(tx, process_id, process.published)
    if not process or not version:
        raise NotPublishedError("no version of the process is published", rule="P1")
    return Startable(process, records.facts_of(tx, process), version)
