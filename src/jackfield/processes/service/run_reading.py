"""Runs as people and programs see them (P7)."""

from collections.abc import Mapping
from typing import Any

from jackfield.db import Transaction
from jackfield.directory import Caller, InstallationRole, Principal
from jackfield.kernel import (
    Page,
    PageRequest,
    RunId,
)
from jackfield.processes import access
from jackfield.processes.errors import (
    RunNotFoundError,
)
from jackfield.processes.models import ProcessAct, ProcessFacts
from jackfield.processes.run_models import (
    OPEN_STATES,
    ChildRun,
    EndedRun,
    Run,
    RunQuery,
    RunRow,
    RunState,
    RunView,
    Step,
    StepRow,
    TrailEntry,
)
from jackfield.processes.running import Payloads, Tools
from jackfield.processes.service.parts import Parts
from jackfield.processes.service.task_reading import rows_of
from jackfield.processes.store import records, runs, steps, tasks
from jackfield.processes.store.steps import DECISIONS


class Reading:
    """Reads runs, for whoever may."""

    def __init__(self, parts: Parts, tools: Tools) -> None:
        self._parts = parts
        self._tools = tools

    async def get_run(self, caller: Caller, run_id: RunId) -> RunView:
        """One run, if the caller may see it."""

        def work(tx: Transaction) -> RunView:
            run, facts, name = self._look(tx, caller.principal, run_id)
            stored = runs.find_stored(tx, run_id)
            assert stored is not None
            payloads = Payloads.open(self._tools.vault, run.business_unit_id, run.id, stored.box)
            may_manage = access.decide(caller.principal, ProcessAct.MANAGE_RUNS, facts).allowed
            is_own = run.starter.id == caller.principal.person_id
            return RunView(
                self._row(tx, run, name),
                payloads.read(stored.input, "input"),
                payloads.read(stored.output, "output"),
                payloads.read(stored.error, "error"),
                is_sealed=stored.box is not None,
                may_manage=may_manage and run.state in OPEN_STATES,
                may_cancel=(may_manage or is_own) and run.state in OPEN_STATES,
            )

        return await self._parts.read(work)

    async def find_end(self, run_id: RunId) -> EndedRun | None:
        """How a run ended, for the room that started it; None if it hasn't. No rule is asked here."""

        def work(tx: Transaction) -> EndedRun | None:
            stored = runs.find_end(tx, run_id)
            if stored is None:
                return None
            payloads = Payloads.open(self._tools.vault, stored.business_unit_id, run_id, stored.box)
            if stored.state is RunState.SUCCEEDED:
                return EndedRun(is_success=True, output=payloads.read(stored.output, "output"), error="")
            found: Mapping[str, Any] = payloads.read(stored.error, "error") or {}
            return EndedRun(is_success=False, output=None, error=str(found.get("error") or stored.state.value))

        return await self._parts.read(work)

    async def list_runs(self, caller: Caller, query: RunQuery, page: PageRequest) -> Page[RunRow]:
        """The runs that the caller may see, the newest first."""

        def work(tx: Transaction) -> Page[RunRow]:
            who = caller.principal
            everything = InstallationRole.AUDITOR in who.installation_roles
            units = [one for one in who.roles if who.is_editor_of(one) or who.is_auditor_of(one)]
            owned = [
                one
                for one in records.list_owned(tx, who.person_id, None)
                if (found := records.find_process(tx, one)) and who.is_member_of(found.business_unit_id)
            ]
            readable = None if everything and who.is_active else runs.in_units(units, owned)
            found = runs.list_runs(tx, readable, who.person_id, query, page)
            names = records.names_of(tx, (one.process_id for one in found.items))
            return found.map(lambda run: self._row(tx, run, names.get(run.process_id, run.process_id)))

        return await self._parts.read(work)

    async def list_steps(self, caller: Caller, run_id: RunId, page: PageRequest) -> Page[StepRow]:
        """Every attempt of every step of a run, as they began, with what people decided."""

        def work(tx: Transaction) -> Page[StepRow]:
            run, _, _ = self._look(tx, caller.principal, run_id)
            stored = runs.find_stored(tx, run_id)
            assert stored is not None
            payloads = Payloads.open(self._tools.vault, run.business_unit_id, run.id, stored.box)
            # Read once: others begin while this goes on.
            found = steps.list_steps(tx, run_id, page)
            decisions = {one.n - DECISIONS: one for one in steps.list_decisions(tx, run_id)}
            deciders = self._parts.people_named(tx, {one.by for one in decisions.values() if one.by})  # pyright: ignore[reportArgumentType]
            names = {
                one: self._parts.uses.name_of(tx, one)
                for one in {step.step.connection_id for step in found.items if step.step.connection_id}
            }
            children = self._children(tx, run_id)
            asked = {
                one.task.n: one for one in rows_of(self._parts, self._tools, tx, tasks.list_of_run(tx, run_id)).values()
            }
            return found.map(
                lambda one: StepRow(
                    one.step,
                    None if one.step.connection_id is None else names[one.step.connection_id],
                    payloads.read(one.input, f"in/{one.step.n}"),
                    payloads.read(one.output, f"out/{one.step.n}"),
                    payloads.read(one.error, f"err/{one.step.n}"),
                    decision=decisions.get(one.step.n),
                    decided_by=_decider(decisions.get(one.step.n), deciders),
                    child=children.get(one.step.n),
                    task=asked.get(one.step.n),
                )
            )

        return await self._parts.read(work)

    async def list_trail(self, caller: Caller, run_id: RunId) -> list[TrailEntry]:
        """The states without effect that a run went through, in their order; with the steps they are its way (P7)."""

        def work(tx: Transaction) -> list[TrailEntry]:
            run, _, _ = self._look(tx, caller.principal, run_id)
            stored = runs.find_stored(tx, run_id)
            assert stored is not None
            payloads = Payloads.open(self._tools.vault, run.business_unit_id, run.id, stored.box)
            return [
                TrailEntry(place, one)
                for place, tick, events in steps.list_trail(tx, run_id)
                for one in payloads.read(events, f"trail/{place}/{tick}")
            ]

        return await self._parts.read(work)

    def _look(self, tx: Transaction, principal: Principal, run_id: RunId) -> tuple[Run, ProcessFacts, str]:
        """A run that somebody may read, with its process's facts and name.

        Raises:
            RunNotFoundError: There is none, as far as he may know.
        """
        run = runs.find_run(tx, run_id)
        if run is None:
            raise _unknown_run()
        process = records.find_any(tx, run.process_id)
        facts = records.facts_of(tx, process)
        is_own = run.starter.id == principal.person_id and principal.is_active
        if not is_own and not access.decide(principal, ProcessAct.READ_RUNS, facts).allowed:
            raise _unknown_run()
        return run, facts, process.name

    def _children(self, tx: Transaction, run_id: RunId) -> dict[int, ChildRun]:
        found = runs.find_children(tx, run_id)
        names = records.names_of(tx, (one.process_id for one in found.values()))
        return {
            n: ChildRun(one.id, self._parts.named(one.process_id, names.get(one.process_id, "")), one.state)
            for n, one in found.items()
        }

    def _row(self, tx: Transaction, run: Run, name: str) -> RunRow:
        people = self._parts.people_named(tx, [run.run_as])
        return RunRow(run, self._parts.named(run.process_id, name), people[run.run_as])


def _decider(decision: Step | None, people: Mapping[Any, Any]) -> Any:
    return None if decision is None or decision.by is None else people[decision.by]


def _unknown_run() -> RunNotFoundError:
    return RunNotFoundError("there is no such run, or it is not for you to see", what="run")
