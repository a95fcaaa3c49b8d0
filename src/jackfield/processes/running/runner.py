"""What the engine asks about runs (its `Handler`)."""

from collections.abc import Sequence
from typing import Final

from jackfield.db import Statements, Transaction
from jackfield.engine import Claim, release_work
from jackfield.kernel import RunId
from jackfield.processes.run_models import RunState
from jackfield.processes.running.segment import Segment
from jackfield.processes.running.tools import Tools
from jackfield.processes.store import runs

_PUT_ASIDE: Final = "run.put_aside"


class Runner:
    """Carries runs on for the engine."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._segments: dict[str, Segment] = {}

    def claimed(self, tx: Statements, claims: Sequence[Claim]) -> None:
        """They show as running from then on."""
        runs.mark_running(tx, [claim.id for claim in claims])

    async def carry_on(self, claim: Claim) -> None:
        """Until the run rests or ends."""
        segment = self._segments[claim.id] = Segment(self._tools, claim)
        try:
            await segment.carry_on()
        finally:
            if self._segments.get(claim.id) is segment:
                del self._segments[claim.id]

    async def put_aside(self, claim: Claim) -> None:
        """Leave a run that takes servers down for a person; trying it again is his decision."""
        run_id = RunId(claim.id)
        problem = {
            "code": _PUT_ASIDE,
            "kind": "misconfigured",
            "message": f"{claim.crashes} times in a row the server died while this run was under way",
        }

        def work(tx: Transaction) -> None:
            stored = runs.find_stored(tx, run_id)
            release_work(tx, claim, due_ms=None, now_ms=self._tools.engine.now_ms())
            if stored is not None and stored.run.ended_at is None:
                runs.store_problem(tx, run_id, RunState.FAULTY, problem)
                self._tools.tell(tx, stored.run, problem)

        await self._tools.database.write(work)

    def stop(self) -> None:
        """Have every run left where it can be, soon."""
        for one in [*self._segments.values()]:
            one.stop()
