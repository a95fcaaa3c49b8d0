"""How a trigger says no.

trigger.not_found       unknown, or not for this person to know
trigger.name_taken      another one of the process has the name
trigger.changed         somebody changed it meanwhile
trigger.wrong_kind      it is not of a kind that can do this
trigger.no_secret       a webhook that checks signatures has no secret, or would have none
event.not_found         unknown, or forgotten
event.input_gone        there is nothing to replay
hook.not_found          nobody listens at this address
hook.refused            the request isn't from who knows the secret
hook.paused             whoever listens here is paused
"""

from jackfield.errors import ConflictError, ForbiddenError, LimitedError, NotFoundError, UnauthenticatedError


class TriggerNotFoundError(NotFoundError):
    """Unknown, or not for this person to know: the two look the same."""

    code = "trigger.not_found"


class TriggerNameTakenError(ConflictError):
    """Names are unique among the triggers of a process."""

    code = "trigger.name_taken"


class TriggerChangedError(ConflictError):
    """Somebody changed it meanwhile; read it again."""

    code = "trigger.changed"


class WrongKindError(ConflictError):
    """It is not of a kind that can do this."""

    code = "trigger.wrong_kind"


class NoSecretError(ConflictError):
    """A webhook that checks signatures has no secret, or would have none."""

    code = "trigger.no_secret"


class EventNotFoundError(NotFoundError):
    """There is no such event, or it is forgotten by now."""

    code = "event.not_found"


class InputGoneError(ConflictError):
    """The event has no input that could be replayed."""

    code = "event.input_gone"


class HookNotFoundError(NotFoundError):
    """Nobody listens at this address."""

    code = "hook.not_found"


class HookRefusedError(UnauthenticatedError):
    """The request isn't from who knows the secret; why exactly, only the trigger's editors read (D65)."""

    code = "hook.refused"


class HookPausedError(LimitedError):
    """Whoever listens here is paused; a sender may try again later."""

    code = "hook.paused"


class ConnectionHiddenError(ForbiddenError):
    """A trigger whose connection one may not design with is kept as it is, or gets another connection (C10)."""

    code = "trigger.connection_locked"
    fields = ForbiddenError.fields | {"field"}


class TurnLostError(ConflictError):
    """Another server process looked meanwhile, because this one took too long; nothing was stored."""

    code = "trigger.turn_lost"


def unknown_trigger() -> TriggerNotFoundError:
    """The one answer to every id that isn't for this person."""
    return TriggerNotFoundError("there is no such trigger, or it is not for you to see", what="trigger")


def changed_meanwhile(version: int) -> TriggerChangedError:
    """Somebody was faster; `version` is what he made of it."""
    return TriggerChangedError("the trigger was changed by somebody else meanwhile; read it again", expected=version)
