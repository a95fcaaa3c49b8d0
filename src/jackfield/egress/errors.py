"""What goes wrong on the way out."""

from jackfield.errors import ForbiddenError, LimitedError, RemoteUnavailableError


class TargetRefusedError(ForbiddenError):
    """The target is inside the network, or of a special kind, and not on the list of outbound targets."""

    code = "egress.target_refused"
    fields = frozenset({"rule", "target", "who_can_change"})


class OriginRefusedError(ForbiddenError):
    """The request would leave the origin that the connection's credentials belong to (C2, D22)."""

    code = "egress.origin_refused"
    fields = frozenset({"rule", "target"})


class CertificateRefusedError(RemoteUnavailableError):
    """TLS failed before anything was sent: the certificate isn't trusted, or no common version was found."""

    code = "egress.certificate_refused"

    @property
    def retryable(self) -> bool:
        """It won't be trusted the next time either."""
        return False


class RequestTooLargeError(LimitedError):
    """The request is larger than may be sent; nothing was sent."""

    code = "egress.request_too_large"


class ResponseTooLargeError(LimitedError):
    """The answer is larger than is read; the request was sent."""

    code = "egress.response_too_large"
    fields = frozenset({"limit", "status"})


class EncodingRefusedError(LimitedError):
    """The answer's content coding isn't one that is decoded here, or is broken; the request was sent."""

    code = "egress.encoding_refused"
    fields = frozenset({"limit", "status"})


class BytesInFlightError(LimitedError):
    """All calls together hold more bytes than this process may; nothing was sent."""

    code = "egress.bytes_in_flight"
