"""The bytes of a sealed record and of what it is bound to. Both are promises to stored data: never change them, add.

record           0x01 · length of the wrapped data key (2 bytes, big endian) · wrapped data key · ciphertext
associated data  each part as its length (4 bytes, big endian) and its UTF-8: "v1", installation id,
                 business unit id, connection id, field, version in decimal, permitted origin
"""

import struct

from jackfield.vault.models import Binding

_RECORD_VERSION = 1
_HEAD = struct.Struct(">BH")
_LENGTH = struct.Struct(">I")


def associated_data(installation_id: str, binding: Binding) -> bytes:
    """What both the wrapping and the ciphertext are bound to; two different bindings never give the same bytes."""
    parts = (
        "v1",
        installation_id,
        binding.business_unit_id,
        binding.connection_id,
        binding.field,
        str(binding.version),
        binding.origin,
    )
    encoded = [to_bytes(part) for part in parts]
    return b"".join(_LENGTH.pack(len(part)) + part for part in encoded)


def write_record(wrapped: bytes, ciphertext: bytes) -> bytes:
    """The record as it is stored."""
    return _HEAD.pack(_RECORD_VERSION, len(wrapped)) + wrapped + ciphertext


def find_parts(record: bytes) -> tuple[bytes, bytes] | None:
    """The wrapped data key and the ciphertext, or None when it is no record."""
    if len(record) < _HEAD.size:
        return None
    version, length = _HEAD.unpack_from(record)
    end = _HEAD.size + length
    if version != _RECORD_VERSION or len(record) < end:
        return None
    return record[_HEAD.size : end], record[end:]


def to_bytes(text: str) -> bytes:
    """UTF-8 that also takes the lone surrogates JSON can carry, so that no text breaks (and none is lost or quoted)."""
    return text.encode("utf-8", "surrogatepass")


def to_text(raw: bytes) -> str:
    """The opposite of `to_bytes`."""
    return raw.decode("utf-8", "surrogatepass")
