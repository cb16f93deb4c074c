"""Who sent a request: its signature as botocore computes it over what arrived.

Path and query are decoded and encoded anew, as S3 does: a client that signs something else than
what it sends, or encodes in another way, is refused.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from s3_server.messages import Refused, Request

ALGORITHM = "AWS4-HMAC-SHA256"
MOST_SKEW = timedelta(minutes=15)
UNSIGNED = "UNSIGNED-PAYLOAD"


@dataclass
class Account:
    """Someone with a key; `token` for temporary credentials."""

    access_key: str
    secret: str
    token: str = ""
    is_expired: bool = False


@dataclass
class Claim:
    """What a request says of its signature."""

    access_key: str
    date: str
    region: str
    signed_headers: list[str]
    signature: str
    sent_at: str
    token: str
    is_presigned: bool = False


class HeaderAuth(S3SigV4Auth):
    signed_headers_of_claim: list[str] = []

    def headers_to_sign(self, request):
        return request.headers


class QueryAuth(S3SigV4QueryAuth):
    def headers_to_sign(self, request):
        return request.headers


def malformed(text: str) -> Refused:
    return Refused(400, "AuthorizationHeaderMalformed", f"The authorization header is {text}")


def parse_scope(credential: str) -> tuple[str, str, str]:
    """Access key, date, region."""
    parts = credential.rsplit("/", 4)
    if len(parts) != 5 or parts[3:] != ["s3", "aws4_request"]:
        raise malformed("malformed; the credential must end with /DATE/REGION/s3/aws4_request")
    return parts[0], parts[1], parts[2]


def read_claim(request: Request) -> Claim | None:
    """Nothing: the request is unsigned."""
    if request.query.get("X-Amz-Algorithm") == ALGORITHM:
        get = request.query.get
        return Claim(
            *parse_scope(get("X-Amz-Credential", "")),
            get("X-Amz-SignedHeaders", "").split(";"),
            get("X-Amz-Signature", ""),
            get("X-Amz-Date", ""),
            get("X-Amz-Security-Token", ""),
            is_presigned=True,
        )
    text = request.header("authorization")
    if not text:
        return None
    algorithm, _, rest = text.partition(" ")
    parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    if algorithm != ALGORITHM or parts.keys() != {"Credential", "SignedHeaders", "Signature"}:
        raise malformed(f"malformed; expected {ALGORITHM} Credential, SignedHeaders, Signature")
    return Claim(
        *parse_scope(parts["Credential"]),
        parts["SignedHeaders"].split(";"),
        parts["Signature"],
        request.header("x-amz-date"),
        request.header("x-amz-security-token"),
    )


def check_time(claim: Claim, request: Request, now: datetime) -> None:
    try:
        sent_at = datetime.strptime(claim.sent_at, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise Refused(403, "AccessDenied", "AWS authentication requires a valid Date") from None
    if claim.date != claim.sent_at[:8]:
        raise malformed("malformed; the date of the credential is not that of the request")
    if claim.is_presigned:
        lifetime = timedelta(seconds=int(request.query.get("X-Amz-Expires", "0")))
        if now > sent_at + lifetime:
            raise Refused(403, "AccessDenied", "Request has expired")
    elif abs(now - sent_at) > MOST_SKEW:
        raise Refused(
            403,
            "RequestTimeTooSkewed",
            "The difference between the request time and the current time is too large.",
            RequestTime=claim.sent_at,
            ServerTime=now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            MaxAllowedSkewMilliseconds="900000",
        )


def check_account(claim: Claim, accounts: dict[str, Account]) -> Account:
    account = accounts.get(claim.access_key)
    if account is None:
        text = "The AWS Access Key Id you provided does not exist in our records."
        raise Refused(403, "InvalidAccessKeyId", text, AWSAccessKeyId=claim.access_key)
    if claim.token != account.token:
        raise Refused(400, "InvalidToken", "The provided token is malformed or otherwise invalid.")
    if account.is_expired:
        raise Refused(400, "ExpiredToken", "The provided token has expired.")
    return account


def check_headers(claim: Claim, request: Request) -> None:
    """Host and all that begins with x-amz- must be signed."""
    needed = {name for name, _ in request.headers if name.startswith("x-amz-") or name == "host"}
    missing = sorted(needed - set(claim.signed_headers))
    if missing:
        text = "There were headers present in the request which were not signed"
        raise Refused(403, "AccessDenied", text, HeadersNotSigned=", ".join(missing))


def check_body(request: Request) -> None:
    told = request.header("x-amz-content-sha256")
    if not told:
        text = "Missing required header for this request: x-amz-content-sha256"
        raise Refused(400, "InvalidRequest", text)
    if told != UNSIGNED and told != hashlib.sha256(request.body).hexdigest():
        text = "The provided 'x-amz-content-sha256' header does not match what was computed."
        raise Refused(400, "XAmzContentSHA256Mismatch", text)


def check_signature(claim: Claim, request: Request, account: Account) -> None:
    kind = QueryAuth if claim.is_presigned else HeaderAuth
    signer = kind(
        Credentials(account.access_key, account.secret, account.token or None), "s3", claim.region
    )
    query = {name: text for name, text in request.query.items() if name != "X-Amz-Signature"}
    url = f"http://{request.header('host')}{quote(request.path, safe='/-_.~')}"
    rebuilt = AWSRequest(request.method, url, params=query)
    for name, value in request.headers:
        if name in claim.signed_headers:
            rebuilt.headers[name] = value
    rebuilt.context["timestamp"] = claim.sent_at
    canonical = signer.canonical_request(rebuilt)
    text = signer.string_to_sign(rebuilt, canonical)
    if not hmac.compare_digest(signer.signature(text, rebuilt), claim.signature):
        raise Refused(
            403,
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided.",
            StringToSign=text,
            CanonicalRequest=canonical,
        )


def verify(request: Request, accounts: dict[str, Account], now: datetime) -> Claim | None:
    """The claim of whoever signed the request, nothing for an unsigned one. Raises Refused."""
    claim = read_claim(request)
    if claim is None:
        return None
    account = check_account(claim, accounts)
    check_time(claim, request, now)
    if not claim.is_presigned:
        check_headers(claim, request)
    check_signature(claim, request, account)
    if not claim.is_presigned:
        check_body(request)
    return claim
