"""`Idempotency-Key`: the same request sent again has one effect and gets the first answer (case D67).

A key belongs to one principal and one request: method, address and body. The request takes the key before it is carried
out, and leaves its answer with it, sealed, for `Limits.idempotency_memory`.

    sent again, the same         the first answer, with `Idempotency-Replayed: true`
    sent again, another body     422 `idempotency.key_reused`
    sent again while it runs     409 `idempotency.in_progress`, with Retry-After
    it was cut off (a crash)     409 `idempotency.interrupted`: look whether it happened; it is never done again unseen
    its answer held a secret     409 `idempotency.answer_gone`: what is shown once is never stored
    it was refused, undone       the key is free again, as nothing happened
"""

from jackfield.api.idempotency.rotation import count_answers_by_key_id, rewrap_answers
from jackfield.api.idempotency.service import Idempotency, StoredAnswer
from jackfield.api.idempotency.store import KeyRef

__all__ = ["Idempotency", "KeyRef", "StoredAnswer", "count_answers_by_key_id", "rewrap_answers"]
