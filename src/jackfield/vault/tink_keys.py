"""The calls of Tink, typed: keys of AES-256-GCM and what they open (M01).

Primitives may be used from several threads at once: Tink's are immutable once made.
"""

from typing import Protocol

# Tink's Python has no stubs, and its protocol buffers are made at import: here, and only here, its types are unknown.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportAttributeAccessIssue=false
import tink
from tink import aead, core, secret_key_access
from tink.proto import tink_pb2

_TEMPLATE = aead.aead_key_templates.AES256_GCM

aead.register()


class Aead(Protocol):
    """Tink's primitive: authenticated encryption with associated data."""

    def encrypt(self, plaintext: bytes, associated_data: bytes) -> bytes:
        """Encrypt under a fresh nonce."""
        ...

    def decrypt(self, ciphertext: bytes, associated_data: bytes) -> bytes:
        """Decrypt, or raise `tink.TinkError`."""
        ...


def new_keyset() -> str:
    """A new key-encryption key as Tink's JSON keyset, in clear."""
    handle = tink.new_keyset_handle(_TEMPLATE)
    return tink.json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN)


def find_primitive(keyset: str) -> Aead | None:
    """The primitive of a JSON keyset, or None when Tink doesn't accept it."""
    try:
        handle = tink.json_proto_keyset_format.parse(keyset, secret_key_access.TOKEN)
        return handle.primitive(aead.Aead)
    except tink.TinkError:
        return None


def new_data_key() -> bytes:
    """A fresh data key, as Tink's envelope writes it: a serialised AesGcmKey without an id."""
    return core.Registry.new_key_data(_TEMPLATE).value


def data_key_primitive(data_key: bytes) -> Aead:
    """The primitive of what `new_data_key` made."""
    key_data = tink_pb2.KeyData(
        type_url=_TEMPLATE.type_url, value=data_key, key_material_type=tink_pb2.KeyData.SYMMETRIC
    )
    return core.Registry.primitive(key_data, aead.Aead)


def find_plaintext(primitive: Aead, ciphertext: bytes, associated_data: bytes) -> bytes | None:
    """What was encrypted, or None when anything about it isn't genuine."""
    try:
        return primitive.decrypt(ciphertext, associated_data)
    except tink.TinkError:
        return None
