"""What goes wrong, and when: the same for the same seed, whatever order requests arrive in."""

import random
from collections import Counter
from dataclasses import dataclass, field, replace

from s3_server.messages import Answer, Refused, Request

# In place of the answer.
REFUSALS = {
    "slow_down": Refused(503, "SlowDown", "Please reduce your request rate."),
    "internal_error": Refused(500, "InternalError", "We encountered an internal error."),
    "unavailable": Refused(503, "ServiceUnavailable", "Service is unable to handle request."),
    "too_many": Refused(429, "TooManyRequests", "Please reduce your request rate."),
    "request_timeout": Refused(400, "RequestTimeout", "Your socket connection was not read from."),
}
# On the way back: the request has been carried out.
LOST = ("reset", "no_answer", "silence")
# Of an object that is read.
BODIES = (
    "reset_mid_body",
    "short_body",  # Content-Length is right, the connection ends too early
    "short_length",  # fewer bytes than the object has, and Content-Length agrees with them
    "long_body",  # more bytes than were asked for
    "stalled_body",
    "wrong_etag",
    "wrong_checksum",
    "corrupt_body",  # one bit of it; the checksum is right
    "corrupt_range",  # the same of a range, whose object has a checksum
    "wrong_range",  # of as many bytes, elsewhere
    "ignored_range",  # the whole object instead
)
# Of an upload in parts.
COMPLETIONS = ("error_in_success",)
# Of a listing.
LISTINGS = ("cut_listing", "no_token", "same_page")
KINDS = (*REFUSALS, *LOST, *BODIES, *COMPLETIONS, *LISTINGS)


@dataclass
class Faults:
    """At most one a request. `rate` of all requests that any of `kinds` fits meets one."""

    kinds: tuple[str, ...] = ()
    rate: float = 1 / 3
    seed: int = 0
    most_in_a_row: int | None = None  # of one request sent again and again
    only: tuple[str, ...] = ()  # operations; empty: all
    attempts: Counter = field(default_factory=Counter)
    in_a_row: Counter = field(default_factory=Counter)
    met: Counter = field(default_factory=Counter)  # how often each kind was used

    def choose(self, request: Request) -> str:
        """The kind for this request, or nothing."""
        kinds = [kind for kind in self.kinds if fits(kind, request)]
        if not kinds or (self.only and request.operation not in self.only):
            return ""
        # A read that is resumed ends where the first one would have.
        end = request.header("range").rpartition("-")[2]
        part = request.query.get("partNumber", "") + request.query.get("continuation-token", "")
        identity = (request.operation, request.bucket, request.key, end, part)
        self.attempts[identity] += 1
        draw = random.Random(repr((self.seed, identity, self.attempts[identity])))
        is_enough = self.most_in_a_row is not None and self.in_a_row[identity] >= self.most_in_a_row
        if is_enough or draw.random() >= self.rate:
            self.in_a_row[identity] = 0
            return ""
        self.in_a_row[identity] += 1
        return draw.choice(kinds)


def fits(kind: str, request: Request) -> bool:
    if kind in ("wrong_range", "ignored_range", "corrupt_range"):
        return request.operation == "GetObject" and bool(request.header("range"))
    if kind in BODIES:
        return request.operation == "GetObject"
    if kind in COMPLETIONS:
        return request.operation == "CompleteMultipartUpload"
    if kind in LISTINGS:
        return request.operation == "ListObjectsV2"
    return True


def apply(kind: str, request: Request, answer: Answer, whole: bytes) -> Answer | None:
    """The answer with the fault in it; nothing where it does not fit. `whole` is the object."""
    if kind in ("reset", "no_answer", "silence"):
        end = {"reset": "reset", "no_answer": "close", "silence": "stall"}[kind]
        return replace(answer, sent_bytes=-1, end=end)
    if kind in LISTINGS:
        return listing(kind, request, answer)
    if answer.status not in (200, 206) or not answer.body:
        return None
    half = len(answer.body) // 2
    if kind in ("reset_mid_body", "short_body", "stalled_body"):
        end = {"reset_mid_body": "reset", "short_body": "close", "stalled_body": "stall"}[kind]
        return replace(answer, sent_bytes=half, end=end)
    if kind == "short_length":
        return replace(answer, body=answer.body[:half])
    if kind == "long_body":
        return replace(answer, body=answer.body + b"{}\n")
    if kind == "wrong_etag":
        return replace(answer, headers={**answer.headers, "ETag": f'"{"0" * 32}"'})
    if kind == "corrupt_range":
        return corrupt(answer)
    if kind in ("wrong_checksum", "corrupt_body"):
        return other_checksum(kind, answer)
    return other_range(kind, answer, whole)


def corrupt(answer: Answer) -> Answer:
    middle = len(answer.body) // 2
    flipped = bytes([answer.body[middle] ^ 1])
    return replace(answer, body=answer.body[:middle] + flipped + answer.body[middle + 1 :])


def other_checksum(kind: str, answer: Answer) -> Answer | None:
    """Only where there is one that tells."""
    for name, text in answer.headers.items():
        if name.startswith("x-amz-checksum-") and name != "x-amz-checksum-type":
            if kind == "corrupt_body":
                return corrupt(answer)
            other = ("B" if text[0] == "A" else "A") + text[1:]
            return replace(answer, headers={**answer.headers, name: other})
    return None


def other_range(kind: str, answer: Answer, whole: bytes) -> Answer | None:
    if kind == "ignored_range":
        headers = {name: text for name, text in answer.headers.items() if name != "Content-Range"}
        return replace(answer, status=200, headers=headers, body=whole)
    first = int(answer.headers["Content-Range"].split(" ")[1].split("-")[0])
    count = len(answer.body)
    start = first - 1 if first else min(1, len(whole) - count)
    if start == first:
        return None
    text = f"bytes {start}-{start + count - 1}/{len(whole)}"
    body = whole[start : start + count]
    return replace(answer, headers={**answer.headers, "Content-Range": text}, body=body)


def listing(kind: str, request: Request, answer: Answer) -> Answer | None:
    if kind == "cut_listing":
        return replace(answer, body=answer.body[: len(answer.body) // 2])
    text = answer.body.decode()
    before, opening, rest = text.partition("<NextContinuationToken>")
    if not opening:  # the last page
        return None
    _, closing, after = rest.partition("</NextContinuationToken>")
    if kind == "no_token":
        return replace(answer, body=(before + after).encode())
    token = request.query.get("continuation-token")
    if not token:
        return None
    return replace(answer, body=(before + opening + token + closing + after).encode())
