"""Whether a webhook's request is genuine; the first examples are the published ones."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jackfield.triggers import (
    Encoding,
    PlainHmac,
    RefusedError,
    body_digest,
    standard_key,
    verify_plain,
    verify_standard,
    write_standard_secret,
)

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
SENT = datetime.fromtimestamp(1614265330, UTC)
HEADERS = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
OTHER = bytes(range(32))
GITHUB = PlainHmac("X-Hub-Signature-256", "sha256=")
GITHUB_SECRET = b"It's a Secret to Everybody"
GITHUB_SIGNATURE = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"


@pytest.mark.requirement("P5", "D65")
def test_the_example_of_standard_webhooks_is_genuine() -> None:
    found = verify_standard(HEADERS, BODY, [standard_key(SECRET)], now=SENT)

    assert found.event_id == "msg_p5jXN8AQM9LWM0D4loKWxJek"
    assert found.sent_at == SENT


@pytest.mark.requirement("P5", "D65")
def test_the_example_of_github_is_genuine() -> None:
    found = verify_plain({"x-hub-signature-256": GITHUB_SIGNATURE}, b"Hello, World!", [GITHUB_SECRET], GITHUB)

    assert found.event_id is None


@pytest.mark.requirement("D65")
def test_during_a_rotation_either_secret_and_any_of_several_signatures_fits() -> None:
    several = {**HEADERS, "webhook-signature": f"v1a,abc v1,AAAA {HEADERS['webhook-signature']}"}

    for secrets in ([standard_key(SECRET), OTHER], [OTHER, standard_key(SECRET)]):
        assert verify_standard(several, BODY, secrets, now=SENT).event_id


@pytest.mark.requirement("D65")
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"webhook-id": "msg_other"}, "fits"),
        ({"webhook-timestamp": "1614265331"}, "fits"),
        ({"webhook-timestamp": "٣"}, "fits"),
        ({"webhook-signature": "v1,AAAA"}, "fits"),
        ({"webhook-signature": "v1"}, "fits"),
        ({"webhook-signature": HEADERS["webhook-signature"].replace("v1,", "v2,")}, "fits"),
        ({"webhook-signature": ""}, "not all there"),
        ({"webhook-id": ""}, "not all there"),
        ({"webhook-id": "x" * 300}, "characters"),
    ],
)
def test_whatever_else_is_not_genuine(changed: dict[str, str], said: str) -> None:
    with pytest.raises(RefusedError, match=said):
        verify_standard({**HEADERS, **changed}, BODY, [standard_key(SECRET)], now=SENT)


@pytest.mark.requirement("D65")
@pytest.mark.parametrize("minutes", [-6, 6, 60 * 24 * 365])
def test_what_is_too_old_or_from_the_future_is_refused_though_its_signature_fits(minutes: int) -> None:
    now = SENT + timedelta(minutes=minutes)

    with pytest.raises(RefusedError, match="five minutes"):
        verify_standard(HEADERS, BODY, [standard_key(SECRET)], now=now)
    assert verify_standard(HEADERS, BODY, [standard_key(SECRET)], now=SENT + timedelta(minutes=4)).event_id


@pytest.mark.requirement("D65")
def test_a_body_that_was_written_anew_is_another_body() -> None:
    with pytest.raises(RefusedError):
        verify_standard(HEADERS, b'{"test":2432232314}', [standard_key(SECRET)], now=SENT)
    with pytest.raises(RefusedError):
        verify_plain({"x-hub-signature-256": GITHUB_SIGNATURE}, b"Hello, World! ", [GITHUB_SECRET], GITHUB)


@given(body=st.binary(max_size=200), key=st.binary(min_size=1, max_size=64), encoding=st.sampled_from(Encoding))
def test_a_plain_signature_fits_its_body_and_its_secret_alone(body: bytes, key: bytes, encoding: Encoding) -> None:
    digest = hmac.new(key, body, hashlib.sha256).digest()
    written = digest.hex().upper() if encoding is Encoding.HEX else base64.b64encode(digest).decode()
    how = PlainHmac("X-Signature", "", encoding)

    verify_plain({"x-signature": written}, body, [OTHER, key], how)

    for wrong_body, secrets in ((body + b"x", [key]), (body, [key + b"x"]), (body, [])):
        with pytest.raises(RefusedError, match="doesn't fit"):
            verify_plain({"x-signature": written}, wrong_body, secrets, how)
    with pytest.raises(RefusedError, match="not there"):
        verify_plain({}, body, [key], how)


def test_secrets_of_standard_webhooks_are_read_and_written() -> None:
    assert write_standard_secret(standard_key(SECRET)) == SECRET
    assert standard_key(SECRET.removeprefix("whsec_")) == standard_key(SECRET)
    for wrong in ("", "whsec_", "whsec_c2hvcnQ=", "whsec_not base 64!", "whsec_" + "A" * 100):
        with pytest.raises(ValueError, match="24 to 64 bytes"):
            standard_key(wrong)


def test_a_digest_stands_for_a_body_and_what_goes_with_it() -> None:
    assert body_digest(b"a", "1") == body_digest(b"a", "1")
    assert len({body_digest(b"a", "1"), body_digest(b"a1"), body_digest(b"a", "", "1"), body_digest(b"1", "a")}) == 4
