"""How a call of a method says that the connection can't make it."""

from jackfield.errors import ConflictError


class SignInIncompleteError(ConflictError):
    """The method asks for several credentials at once, and the connection doesn't have them all; nothing was sent (O4)."""

    code = "sign_in.incomplete"
