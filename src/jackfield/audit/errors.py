"""What can go wrong with the record."""

from jackfield.errors import HubError, Kind


class AuditUnavailableError(HubError):
    """It can't be recorded now, so it was not done (rule E1); answered with 503, and mends itself."""

    code = "audit.unavailable"
    kind = Kind.MISCONFIGURED
    fields = frozenset({"retry_after"})

    @property
    def retryable(self) -> bool:
        """Nothing was done, so the same call may be made again."""
        return True
