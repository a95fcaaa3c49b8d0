"""What can go wrong with people, groups, business units, sign-in and tokens."""

from jackfield.errors import (
    ConflictError,
    InvalidError,
    LimitedError,
    NotFoundError,
    UnauthenticatedError,
)


class PersonNotFoundError(NotFoundError):
    """There is no such person, as far as the caller may know."""

    code = "person.not_found"


class GroupNotFoundError(NotFoundError):
    """There is no such group, as far as the caller may know."""

    code = "group.not_found"


class BusinessUnitNotFoundError(NotFoundError):
    """There is no such business unit, as far as the caller may know."""

    code = "business_unit.not_found"


class TokenNotFoundError(NotFoundError):
    """There is no such API token, as far as the caller may know."""

    code = "token.not_found"


class NameTakenError(ConflictError):
    """Another one has this name already; names are compared without case (C4)."""

    code = "name.taken"


class ChangedMeanwhileError(ConflictError):
    """Somebody changed it since the caller looked; `expected` is the version he had."""

    code = "object.changed"


class LastSuperAdminError(ConflictError):
    """The installation would have no super admin left."""

    code = "person.last_super_admin"


class PersonInactiveError(ConflictError):
    """The person is deactivated."""

    code = "person.inactive"


class GroupInUseError(ConflictError):
    """Things would lose their meaning without the group; `blockers` lists them (O1)."""

    code = "group.in_use"


class PasswordUnfitError(InvalidError):
    """The password can't be accepted; says why, never the password."""

    code = "password.unfit"


class PasswordWrongError(InvalidError):
    """The present password, asked for before it is changed, is wrong."""

    code = "password.wrong"


class SignInError(UnauthenticatedError):
    """The name or the password is wrong, or the person may not sign in: it is not said which."""

    code = "sign_in.failed"


class CodeError(UnauthenticatedError):
    """The sign-in code is unknown, used or expired: it is not said which."""

    code = "code.invalid"


class SessionEndedError(UnauthenticatedError):
    """No such session, or not any more."""

    code = "session.ended"


class TokenInvalidError(UnauthenticatedError):
    """No such API token, or not any more."""

    code = "token.invalid"


class SignInThrottledError(LimitedError):
    """Too many attempts for this account or from this address; `retry_after` says how long to wait."""

    code = "sign_in.throttled"


class HashingBusyError(LimitedError):
    """More people sign in at this moment than passwords can be checked."""

    code = "sign_in.busy"
