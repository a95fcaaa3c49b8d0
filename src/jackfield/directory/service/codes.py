"""One-time sign-in codes: how a person gets his first password, and a new one when he forgot it."""

from datetime import datetime, timedelta

from jackfield.db import Transaction
from jackfield.directory.models import IssuedCode, Person
from jackfield.directory.store import sign_in
from jackfield.directory.tokens import TokenKind, digest, new_token

CODE_LIFE = timedelta(hours=24)


def issue_code(tx: Transaction, person: Person, now: datetime) -> IssuedCode:
    """Make a code for the person; the one before is void."""
    code = new_token(TokenKind.SIGN_IN_CODE)
    expires_at = now + CODE_LIFE
    sign_in.store_code(tx, person.id, digest(code), expires_at)
    return IssuedCode(person, code, expires_at)
