"""What can go wrong with notices."""

from jackfield.errors import NotFoundError


class NoticeNotFoundError(NotFoundError):
    """The person has no such notice."""

    code = "notice.not_found"
