"""Reading documents that people hand in: in a process of its own, and nothing is fetched or stored (O2, D23, D24)."""

import asyncio
import hashlib
from typing import Any, Final

from jackfield.directory import Caller, Decision
from jackfield.errors import LimitedError
from jackfield.integrations.effects import methods_of
from jackfield.integrations.errors import DocumentRejectedError
from jackfield.integrations.models import Reading
from jackfield.isolation import IsolatedReader, IsolationLimits
from jackfield.openapi import CHECKED_BEFORE, read_api, trust_document
from jackfield.settings import Limits

_ANSWER_BYTES: Final = 24 << 20
"""Of the report, which stands beside the document."""


class Readings:
    """Makes readings of texts, within the operator's limits (docs/security.md, 4.2)."""

    def __init__(self, limits: Limits) -> None:
        self._reader = IsolatedReader(
            IsolationLimits(
                memory=limits.document_memory_bytes,
                cpu_seconds=limits.document_seconds,
                wall_seconds=2 * limits.document_seconds,
                answer_bytes=_ANSWER_BYTES + 2 * limits.document_json_bytes,
            )
        )
        self._options = {
            "json_bytes": limits.document_json_bytes,
            "yaml_bytes": limits.document_yaml_bytes,
            "depth": limits.document_depth,
            "nodes": limits.document_nodes,
            "aliases": limits.document_aliases,
            "operations": limits.document_operations,
        }

    async def read(self, text: bytes) -> Reading:
        """What a document's text offers, and what of it was understood.

        Raises:
            DocumentRejectedError: It is no OpenAPI document; says where.
            LimitedError: It passes a limit.
            ReadingFailedError: Reading it took too much memory or time.
        """
        answer = await self._reader.read("openapi", text, self._options)
        if "error" in answer:
            raise _refusal(answer["error"])
        return await asyncio.to_thread(_understand, text, answer)


def require_may_read(caller: Caller) -> None:
    """Reading documents takes effort: it is for who may create integrations somewhere.

    Raises:
        ForbiddenError: He has editing rights nowhere.
    """
    principal = caller.principal
    allowed = principal.is_super_admin or any(principal.is_editor_of(unit) for unit in principal.roles)
    Decision(
        allowed=allowed,
        rule="C1",
        who_can_change="the business unit's administrators",
        reason="only editors of a business unit have documents read",
    ).require("read_document")


def _understand(text: bytes, answer: dict[str, Any]) -> Reading:
    json_text = answer["document"].encode()
    # The child has made the checks that hostile text needs; what is left is work of a second at most.
    api = read_api(trust_document(json_text), limits=CHECKED_BEFORE)
    return Reading(
        source=text,
        json_text=json_text,
        digest=hashlib.sha256(text).hexdigest(),
        title=api.title,
        api_version=api.api_version,
        specification=api.version.value,
        report=answer["report"],
        methods=methods_of(api),
        api=api,
    )


def _refusal(error: dict[str, Any]) -> DocumentRejectedError | LimitedError:
    message, code = str(error["message"]), str(error["code"])
    if code == "document.too_large":
        limit = error.get("limit")
        return LimitedError(message, code=code, field="document", **({"limit": limit} if limit is not None else {}))
    place = {name: error[name] for name in ("pointer", "line", "column") if error.get(name) is not None}
    return DocumentRejectedError(message, field="document", **place)
