"""The runs of processes, in the role that triggers have for them."""

from jackfield.kernel import RunId
from jackfield.processes import Runs
from jackfield.triggers.service.roles import RunEnd, Start, Started


class ProcessRuns:
    """Starts runs of processes for triggers; fills `RunStarter`."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs

    async def start_run(self, start: Start) -> Started:
        """Start a run, or find the one that was started with this key."""
        run_id, is_new = await self._runs.start_triggered(
            start.process_id,
            start.input,
            trigger=start.starter,
            key=start.key,
            request_id=start.request_id,
            beside=start.beside,
        )
        return Started(run_id, is_new)

    async def wait_for_end(self, run_id: RunId, seconds: float) -> RunEnd | None:
        """How a run ended; None if it hasn't by then."""
        ended = await self._runs.wait_for_end(run_id, seconds)
        return None if ended is None else RunEnd(ended.is_success, ended.output, ended.error)
