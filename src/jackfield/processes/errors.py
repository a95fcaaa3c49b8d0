"""How a process says no.

process.not_found       unknown, or not for this person to know
process.name_taken      another one of the business unit has the name
process.name_ambiguous  a name was used that means several
process.changed         somebody changed it, or its draft, meanwhile
process.not_published   it has no version that could be run
process.not_publishable its draft has problems, each with its place
process.has_open_runs   runs of it haven't ended
process.called          published versions of others run it as a step
step.locked             a step's connection may not be designed with by this person (C10)
version.not_found       there is no such version
task.not_found          unknown, or not for this person to know
task.ended              it was answered, it expired, or its run ended
task.changed            somebody changed whom it asks meanwhile
task.assignee_unknown   a step asks somebody whom there is not
task.link_refused       a link was used, has expired, or is not for this
"""

from jackfield.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError


class ProcessNotFoundError(NotFoundError):
    """Unknown, or not for this person to know: the two look the same."""

    code = "process.not_found"


class ProcessNameTakenError(ConflictError):
    """Names are unique in a business unit."""

    code = "process.name_taken"


class ProcessNameAmbiguousError(ConflictError):
    """The name means several processes of this person's business units."""

    code = "process.name_ambiguous"


class ProcessChangedError(ConflictError):
    """Somebody changed it meanwhile; read it again."""

    code = "process.changed"


class NotPublishedError(ConflictError):
    """There is no version that could be run."""

    code = "process.not_published"


class NotPublishableError(InvalidError):
    """The draft can't be published; `problems` says why, and where."""

    code = "process.not_publishable"


class OpenRunsError(ConflictError):
    """Runs of it haven't ended."""

    code = "process.has_open_runs"


class CalledError(ConflictError):
    """Published versions of other processes run it as a step; `blockers` lists them."""

    code = "process.called"


class StepLockedError(ForbiddenError):
    """Whoever may not design with a step's connection keeps the step or replaces it, and doesn't reconfigure it (C10)."""

    code = "step.locked"
    fields = ForbiddenError.fields | {"field"}


class VersionNotFoundError(NotFoundError):
    """There is no such version."""

    code = "version.not_found"


class RunNotFoundError(NotFoundError):
    """Unknown, or not for this person to know: the two look the same."""

    code = "run.not_found"


class RunEndedError(ConflictError):
    """It is over."""

    code = "run.ended"


class StartKeyReusedError(InvalidError):
    """The idempotency key belongs to a run that was started with something else."""

    code = "run.key_reused"


class StepNotStuckError(ConflictError):
    """The run doesn't wait for a decision about this step, or no longer."""

    code = "step.not_stuck"


class TaskNotFoundError(NotFoundError):
    """Unknown, or not for this person to know: the two look the same."""

    code = "task.not_found"


class TaskEndedError(ConflictError):
    """It was answered, it expired, or its run ended."""

    code = "task.ended"


class TaskChangedError(ConflictError):
    """Somebody changed it meanwhile; read it again."""

    code = "task.changed"


class AssigneeUnknownError(InvalidError):
    """A step asks somebody whom there is not."""

    code = "task.assignee_unknown"


class TaskLinkRefusedError(ForbiddenError):
    """The link was used, has expired, or is not for this task: which of them is not said."""

    code = "task.link_refused"


def unknown_process() -> ProcessNotFoundError:
    """The one answer to every id and name that isn't for this person."""
    return ProcessNotFoundError("there is no such process, or it is not for you to see", what="process")


def changed_meanwhile(version: int) -> ProcessChangedError:
    """Somebody was faster; `version` is what he made of it."""
    return ProcessChangedError("the process was changed by somebody else meanwhile; read it again", expected=version)
