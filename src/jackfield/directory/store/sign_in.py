"""Passwords, one-time codes, and how many attempts there were."""

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from jackfield.db import Transaction
from jackfield.directory.models import Person
from jackfield.directory.store.people import person_of
from jackfield.directory.tables import passwords, people, sign_in_attempts, sign_in_codes
from jackfield.kernel import PersonId


def lock_person(tx: Transaction, person_id: PersonId) -> Person | None:
    """The person, whom nobody else changes until this transaction ends."""
    row = tx.connection.execute(select(people).where(people.c.id == person_id).with_for_update()).first()
    return None if row is None else person_of(row)


def find_password(tx: Transaction, person_id: PersonId) -> str | None:
    """The hash of the person's password, if he has one."""
    return tx.connection.scalar(select(passwords.c.hash).where(passwords.c.person_id == person_id))


def has_super_admin_with_password(tx: Transaction) -> bool:
    """Whether any super admin has ever set a password."""
    query = select(passwords.c.person_id).join_from(passwords, people).where(people.c.is_super_admin).limit(1)
    return tx.connection.execute(query).first() is not None


def store_password(tx: Transaction, person_id: PersonId, hash_: str, now: datetime) -> None:
    """Replace the person's password."""
    delete_password(tx, person_id)
    tx.connection.execute(insert(passwords).values(person_id=person_id, hash=hash_, changed_at=now))


def delete_password(tx: Transaction, person_id: PersonId) -> None:
    """Leave the person without a password."""
    tx.connection.execute(delete(passwords).where(passwords.c.person_id == person_id))


def store_code(tx: Transaction, person_id: PersonId, digest: bytes, expires_at: datetime) -> None:
    """Give the person a new sign-in code; the one before is void."""
    delete_code(tx, person_id)
    tx.connection.execute(insert(sign_in_codes).values(person_id=person_id, hash=digest, expires_at=expires_at))


def delete_code(tx: Transaction, person_id: PersonId) -> None:
    """Void the person's sign-in code."""
    tx.connection.execute(delete(sign_in_codes).where(sign_in_codes.c.person_id == person_id))


def find_by_code(tx: Transaction, digest: bytes, now: datetime, *, lock: bool = False) -> PersonId | None:
    """Whose sign-in code this is, if it hasn't expired; locked until the transaction ends, if wanted."""
    query = select(sign_in_codes.c.person_id).where(sign_in_codes.c.hash == digest, sign_in_codes.c.expires_at > now)
    found = tx.connection.scalar(query.with_for_update() if lock else query)
    return None if found is None else PersonId(found)


def lock_attempts(tx: Transaction, key: str, now: datetime) -> datetime:
    """Until when the allowance under `key` is used; nobody else counts on it until this transaction ends."""
    dialect = sqlite if tx.connection.dialect.name == "sqlite" else postgresql
    new = dialect.insert(sign_in_attempts).values(key=key, used_until=now)
    locked = new.on_conflict_do_update(index_elements=["key"], set_={"key": new.excluded.key})
    return tx.connection.execute(locked.returning(sign_in_attempts.c.used_until)).scalar_one()


def store_attempts(tx: Transaction, key: str, used_until: datetime) -> None:
    """Set until when the allowance under `key` is used."""
    tx.connection.execute(update(sign_in_attempts).where(sign_in_attempts.c.key == key).values(used_until=used_until))


def is_known(tx: Transaction, key: str, now: datetime) -> bool:
    """Whether the owner of the account has signed in from the address in `key`."""
    query = select(sign_in_attempts.c.key).where(sign_in_attempts.c.key == key, sign_in_attempts.c.known_until > now)
    return tx.connection.execute(query).first() is not None


def remember(tx: Transaction, key: str, now: datetime, known_until: datetime) -> None:
    """Know the account and address in `key` until then, with the whole allowance."""
    lock_attempts(tx, key, now)
    tx.connection.execute(
        update(sign_in_attempts).where(sign_in_attempts.c.key == key).values(used_until=now, known_until=known_until)
    )


def forget_attempts(tx: Transaction, now: datetime) -> None:
    """Remove what says nothing any more."""
    is_over = sign_in_attempts.c.used_until < now - timedelta(hours=1)
    is_unknown = sign_in_attempts.c.known_until.is_(None) | (sign_in_attempts.c.known_until < now)
    # Whatever is in use at this moment is left for the next time: waiting for it could be mutual.
    gone = select(sign_in_attempts.c.key).where(is_over, is_unknown).with_for_update(skip_locked=True)
    tx.connection.execute(delete(sign_in_attempts).where(sign_in_attempts.c.key.in_(gone)))
