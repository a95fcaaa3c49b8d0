"""Looking now, without starting anything: what would a trigger see?"""

from jackfield.db import Transaction
from jackfield.directory import Caller
from jackfield.kernel import TriggerId
from jackfield.processes import ProcessAct
from jackfield.triggers.errors import WrongKindError
from jackfield.triggers.kinds import File, Mail, Schedule
from jackfield.triggers.models import Sight, Trigger
from jackfield.triggers.service import files, mails, schedules, using
from jackfield.triggers.service.parts import Parts


async def look(parts: Parts, caller: Caller, trigger_id: TriggerId) -> Sight:
    """What a trigger would start runs for now; nothing is stored, moved or marked.

    Raises:
        WrongKindError: It is a webhook, which doesn't look.
        HubError: It can't look, and why.
    """

    def work(tx: Transaction) -> Trigger:
        opened = parts.look(tx, caller, ProcessAct.EDIT, trigger_id)
        using.require_unlocked(parts, tx, caller.principal, opened.trigger)
        return opened.trigger

    trigger = await parts.act(caller, "trigger.look", trigger_id, work, read=True)
    match trigger.settings:
        case Schedule():
            return schedules.look(trigger.settings, parts.clock.now())
        case Mail():
            return await mails.look(parts, trigger, trigger.settings)
        case File():
            return await files.look(parts, trigger, trigger.settings)
        case _:
            pass
    raise WrongKindError("a webhook waits for requests, it doesn't look", field="kind")
