"""Secrets sealed at rest: one function seals, one unseals, and nothing else in the house speaks Tink.

Above it: `connections` seals and destroys, `gateway` unseals for one call, `audit` chains with `Vault.mac`,
`bootstrap` opens it and checks that keys and database belong together. Below it: only `kernel` and `errors`; the
vault knows no database and stores nothing but the key file. docs/decisions/0002-sealing-with-tink.md says why.

    vault.py       Vault: seal, unseal, rewrap, mac, fingerprint
    boxes.py       Box: one wrapped key for many things of one owner
    opener.py      one record, ready to be opened
    envelope.py    the bytes: the record's format and what it is bound to
    providers.py   the role of whoever holds the keys, and the holder that reads a file
    key_file.py    the file: reading it strictly
    rotation.py    the file: making and changing it, whole or not at all
    status.py      the file: how it stands, for `jackfield keys check`
    key_check.py   whether keys and database belong together
    hardening.py   no core dumps
    tink_keys.py   the calls of Tink
"""

from jackfield.vault.boxes import Box
from jackfield.vault.hardening import forbid_core_dumps
from jackfield.vault.key_check import key_check, key_check_key_id, lies_within, require_same_keys
from jackfield.vault.models import Binding, KeyFileStatus, KeyStatus, Sealed
from jackfield.vault.opener import Opener
from jackfield.vault.providers import KeyProvider
from jackfield.vault.rotation import add_key, create_key_file, retire_keys
from jackfield.vault.status import key_file_status
from jackfield.vault.vault import Vault

__all__ = [
    "Binding",
    "Box",
    "KeyFileStatus",
    "KeyProvider",
    "KeyStatus",
    "Opener",
    "Sealed",
    "Vault",
    "add_key",
    "create_key_file",
    "forbid_core_dumps",
    "key_check",
    "key_check_key_id",
    "key_file_status",
    "lies_within",
    "require_same_keys",
    "retire_keys",
]
