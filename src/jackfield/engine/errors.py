"""What can go wrong with work."""

from jackfield.errors import ConflictError


class ClaimLostError(ConflictError):
    """Another server process carries this on, because this one was taken for dead; nothing was written."""

    code = "work.claim_lost"
