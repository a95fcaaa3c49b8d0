"""Reading answers of anybody's size and coding without being filled by them (mechanism M12, case D34)."""

import zlib
from collections.abc import Iterator
from typing import Final, Self

from jackfield.egress.errors import BytesInFlightError, EncodingRefusedError, ResponseTooLargeError
from jackfield.settings import Limits

_STEP: Final = 64 * 1024
_RATIO_FROM: Final = 1 << 20
_GZIP: Final = 16 + zlib.MAX_WBITS


class ByteBudget:
    """How many bytes of requests and answers this process holds at once, over all connections."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._used = 0

    def take(self, count: int) -> bool:
        """Hold some more; False, and none held, when that is too many."""
        if self._used + count > self._limit:
            return False
        self._used += count
        return True

    def give(self, count: int) -> None:
        """Let go of what was held."""
        self._used -= count

    @property
    def used(self) -> int:
        """Bytes held now."""
        return self._used


class Hold:
    """What one call holds of the budget; given back at the end of the block."""

    __slots__ = ("_budget", "_count")

    def __init__(self, budget: ByteBudget, request_bytes: int) -> None:
        self._budget = budget
        self._count = 0
        if not self.take(request_bytes):
            raise BytesInFlightError(
                "too many bytes are being sent and read at this moment; try again in a few seconds", retry_after=2
            )

    def take(self, count: int) -> bool:
        """Hold some more; False when all calls together hold too many."""
        if taken := self._budget.take(count):
            self._count += count
        return taken

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._budget.give(self._count)


class Body:
    """An answer as it comes in: counted raw and decoded.

    Args:
        coding: The value of `Content-Encoding`, or None.
        limits: How much is read.
        hold: The call's part of the budget.
        status: For the errors.

    Raises:
        EncodingRefusedError: The coding is another one, or more than one.
    """

    def __init__(self, coding: str | None, limits: Limits, hold: Hold, status: int) -> None:
        self._limits = limits
        self._hold = hold
        self._status = status
        self._parts: list[bytes] = []
        self._raw = 0
        self._decoded = 0
        self._inflater: _Inflater | None = None
        name = coding.strip().lower() if coding else "identity"
        if name in {"gzip", "x-gzip", "deflate"}:
            self._inflater = _Inflater(is_gzip=name != "deflate")
        elif name != "identity":
            raise EncodingRefusedError(
                "the answer has a content coding other than gzip or deflate, or several; the request was sent",
                status=status,
            )

    def feed(self, data: bytes) -> None:
        """Take in what was read.

        Raises:
            ResponseTooLargeError: Too much, raw or decoded, or too much for its raw size.
            EncodingRefusedError: It can't be decoded.
        """
        self._raw += len(data)
        if self._raw > self._limits.response_bytes:
            raise self.too_large()
        if self._inflater is None:
            self._keep(data)
            return
        try:
            for part in self._inflater.parts(data):
                self._keep(part)
        except zlib.error:
            raise self._broken() from None

    def finish(self) -> bytes:
        """The whole body.

        Raises:
            EncodingRefusedError: The coded content ends too early.
        """
        if self._inflater is not None and self._raw and not self._inflater.is_complete:
            raise self._broken()
        return self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)

    def too_large(self) -> ResponseTooLargeError:
        """The error for an answer that isn't read to its end."""
        return ResponseTooLargeError(
            f"the answer is larger than {self._limits.response_bytes} bytes; the request was sent",
            limit=self._limits.response_bytes,
            status=self._status,
        )

    def _keep(self, part: bytes) -> None:
        self._decoded += len(part)
        if self._decoded > self._limits.response_bytes:
            raise self.too_large()
        if self._decoded > _RATIO_FROM and self._decoded > self._raw * self._limits.response_ratio:
            raise ResponseTooLargeError(
                f"the answer unpacks to more than {self._limits.response_ratio:g} times its size; the request was sent",
                limit=self._limits.response_ratio,
                status=self._status,
            )
        if not self._hold.take(len(part)):
            raise ResponseTooLargeError(
                "the answers being read at this moment are too large together; the request was sent",
                status=self._status,
            )
        self._parts.append(part)

    def _broken(self) -> EncodingRefusedError:
        return EncodingRefusedError(
            "the answer's compressed content is broken; the request was sent", status=self._status
        )


class _Inflater:
    """Unpacks one layer of gzip (RFC 1952, several members) or deflate (RFC 1950, or bare RFC 1951 as some send it)."""

    def __init__(self, *, is_gzip: bool) -> None:
        self._is_gzip = is_gzip
        self._unpack = zlib.decompressobj(_GZIP) if is_gzip else None

    @property
    def is_complete(self) -> bool:
        return self._unpack is not None and self._unpack.eof

    def parts(self, data: bytes) -> Iterator[bytes]:
        while True:
            if self._unpack is None:
                zlib_header = data[0] & 0x0F == zlib.DEFLATED
                self._unpack = zlib.decompressobj(zlib.MAX_WBITS if zlib_header else -zlib.MAX_WBITS)
            if self._unpack.eof:
                if not self._is_gzip:
                    raise zlib.error
                self._unpack = zlib.decompressobj(_GZIP)
            part = self._unpack.decompress(data, _STEP)
            if part:
                yield part
            if self._unpack.eof:
                data = self._unpack.unused_data
                if not data:
                    return
            else:
                data = self._unpack.unconsumed_tail
                if not data and len(part) < _STEP:
                    return
