"""What S3 does with a request: listings, objects, uploads in parts."""

import base64
import time
import uuid
import xml.etree.ElementTree as tree
from collections.abc import Callable
from email.utils import formatdate
from urllib.parse import quote_plus
from xml.sax.saxutils import escape

from s3_server.checksums import DIGESTS, checksum, composite
from s3_server.messages import Answer, Refused, Request, xml_answer
from s3_server.storage import Bucket, Stored, Upload, quoted_md5

NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
# Method, what the query has, whether a key is named: operation, action that it takes.
OPERATIONS = {
    ("GET", "list-type", False): ("ListObjectsV2", "s3:ListBucket"),
    ("GET", "location", False): ("GetBucketLocation", "s3:GetBucketLocation"),
    ("GET", "uploads", False): ("ListMultipartUploads", "s3:ListBucketMultipartUploads"),
    ("HEAD", "", False): ("HeadBucket", "s3:ListBucket"),
    ("GET", "uploadId", True): ("ListParts", "s3:ListMultipartUploadParts"),
    ("GET", "", True): ("GetObject", "s3:GetObject"),
    ("HEAD", "", True): ("HeadObject", "s3:GetObject"),
    ("PUT", "partNumber", True): ("UploadPart", "s3:PutObject"),
    ("PUT", "", True): ("PutObject", "s3:PutObject"),
    ("POST", "uploads", True): ("CreateMultipartUpload", "s3:PutObject"),
    ("POST", "uploadId", True): ("CompleteMultipartUpload", "s3:PutObject"),
    ("DELETE", "uploadId", True): ("AbortMultipartUpload", "s3:AbortMultipartUpload"),
    ("DELETE", "", True): ("DeleteObject", "s3:DeleteObject"),
}


def name_operation(request: Request) -> tuple[str, str]:
    """Operation and action. Raises Refused."""
    for (method, word, has_key), names in OPERATIONS.items():
        if method == request.method and has_key == bool(request.key):
            if not word or word in request.query:
                return names
    raise Refused(501, "NotImplemented", f"{request.method} {request.target} is not implemented")


def perform(bucket: Bucket, request: Request) -> Answer:
    return PERFORMED[request.operation](bucket, request)


# --- buckets ---------------------------------------------------------------------------------


def head_bucket(bucket: Bucket, _: Request) -> Answer:
    return Answer(200, {"x-amz-bucket-region": bucket.region})


def get_location(bucket: Bucket, _: Request) -> Answer:
    region = "" if bucket.region == "us-east-1" else bucket.region
    return xml_answer(f"<LocationConstraint {NAMESPACE}>{region}</LocationConstraint>")


def instant(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(seconds))


def list_objects(bucket: Bucket, request: Request) -> Answer:
    query = request.query
    prefix, delimiter = query.get("prefix", ""), query.get("delimiter", "")
    after = query.get("start-after", "")
    if "continuation-token" in query:
        try:
            after = base64.urlsafe_b64decode(query["continuation-token"]).decode()
        except ValueError:
            text = "The continuation token provided is incorrect"
            raise Refused(400, "InvalidArgument", text) from None
    most = min(int(query.get("max-keys", "1000")), bucket.page_size)
    page, groups, last, is_truncated = take_page(bucket, prefix, delimiter, after, most)
    # Without it, XML escapes; and S3 writes blanks as "+".
    is_url = query.get("encoding-type") == "url"

    def shown(text: str) -> str:
        return quote_plus(text, safe="/~*") if is_url else escape(text)

    token = base64.urlsafe_b64encode(last.encode()).decode() if is_truncated else ""
    parts = [f"<Name>{bucket.name}</Name><Prefix>{shown(prefix)}</Prefix>"]
    parts.append(f"<KeyCount>{len(page) + len(groups)}</KeyCount><MaxKeys>{most}</MaxKeys>")
    parts.append(f"<IsTruncated>{str(is_truncated).lower()}</IsTruncated>")
    parts += ["<EncodingType>url</EncodingType>"] if is_url else []
    parts += [f"<NextContinuationToken>{token}</NextContinuationToken>"] if token else []
    for key in page:
        stored = bucket.objects.get(key)
        if stored:
            parts.append(
                f"<Contents><Key>{shown(key)}</Key>"
                f"<LastModified>{instant(stored.modified)}</LastModified>"
                f"<ETag>{escape(stored.etag, {chr(34): '&quot;'})}</ETag>"
                f"<Size>{stored.size}</Size><StorageClass>STANDARD</StorageClass></Contents>"
            )
    parts += [
        f"<CommonPrefixes><Prefix>{shown(group)}</Prefix></CommonPrefixes>" for group in groups
    ]
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return xml_answer(f"{head}<ListBucketResult {NAMESPACE}>{''.join(parts)}</ListBucketResult>")


def take_page(bucket: Bucket, prefix: str, delimiter: str, after: str, most: int):
    """Keys and common prefixes of one page, its last key, whether more follow."""
    page, groups, last = [], [], after
    for key in bucket.keys_after(after, prefix):
        group = ""
        if delimiter:
            head, found, _ = key[len(prefix) :].partition(delimiter)
            group = prefix + head + delimiter if found else ""
        if group and group in (*groups[-1:], after if after.endswith(delimiter) else None):
            last = key
            continue
        if len(page) + len(groups) == most:
            return page, groups, last, True
        (groups if group else page).append(group or key)
        last = key
    return page, groups, last, False


# --- objects ---------------------------------------------------------------------------------


def find(bucket: Bucket, request: Request) -> Stored:
    stored = bucket.objects.get(request.key)
    if stored is None:
        raise Refused(404, "NoSuchKey", "The specified key does not exist.", Key=request.key)
    return stored


def check_conditions(stored: Stored, request: Request) -> None:
    wanted = request.header("if-match")
    if wanted and wanted not in ("*", stored.etag, stored.etag.strip('"')):
        text = "At least one of the pre-conditions you specified did not hold"
        raise Refused(412, "PreconditionFailed", text, Condition="If-Match")


def get_object(bucket: Bucket, request: Request) -> Answer:
    stored = find(bucket, request)
    check_conditions(stored, request)
    data = stored.read()
    headers = {
        "ETag": stored.etag,
        "Last-Modified": formatdate(stored.modified, usegmt=True),
        "Accept-Ranges": "bytes",
        "Content-Type": "binary/octet-stream",
    }
    bounds = parse_range(request.header("range"), len(data))
    if bounds is None:
        if request.header("x-amz-checksum-mode").upper() == "ENABLED":
            for algorithm, text in stored.checksums.items():
                headers[f"x-amz-checksum-{algorithm}"] = text
                kind = "COMPOSITE" if "-" in text else "FULL_OBJECT"
                headers["x-amz-checksum-type"] = kind
        return Answer(200, headers, data)
    first, last = bounds
    headers["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
    return Answer(206, headers, data[first : last + 1])


def parse_range(text: str, size: int) -> tuple[int, int] | None:
    """First and last byte; nothing without a range, or with one that is none."""
    if not text.startswith("bytes=") or "," in text:
        return None
    first, _, last = text.removeprefix("bytes=").partition("-")
    if first:
        start, end = int(first), min(int(last) if last else size - 1, size - 1)
    else:
        start, end = max(size - int(last), 0), size - 1
    if start >= size:
        raise Refused(
            416,
            "InvalidRange",
            "The requested range is not satisfiable",
            {"Content-Range": f"bytes */{size}"},
            RangeRequested=text,
            ActualObjectSize=str(size),
        )
    return start, end


def check_upload(bucket: Bucket, request: Request) -> dict[str, str]:
    """The checksums that came with a body. Raises Refused when one is wrong."""
    told = request.header("content-md5")
    if told and told != base64.b64encode(bytes.fromhex(quoted_md5(request.body)[1:-1])).decode():
        raise Refused(400, "BadDigest", "The Content-MD5 you specified did not match.")
    sums = {}
    for algorithm in DIGESTS if bucket.knows_checksums else ():
        text = request.header(f"x-amz-checksum-{algorithm}")
        if text and text != checksum(algorithm, request.body):
            what = algorithm.upper()
            raise Refused(400, "BadDigest", f"The {what} you specified did not match.")
        if text:
            sums[algorithm] = text
    return sums


def put_object(bucket: Bucket, request: Request) -> Answer:
    if request.header("if-none-match") == "*" and request.key in bucket.objects:
        text = "At least one of the pre-conditions you specified did not hold"
        raise Refused(412, "PreconditionFailed", text, Condition="If-None-Match")
    stored = stored_of(bucket, request)
    bucket.set(request.key, stored)
    return Answer(200, {"ETag": stored.etag, **checksum_headers(stored)})


def stored_of(bucket: Bucket, request: Request) -> Stored:
    body, sums = request.body, check_upload(bucket, request)
    return Stored(body, etag=quoted_md5(body), checksums=sums, size=len(body))


def checksum_headers(stored: Stored) -> dict[str, str]:
    return {f"x-amz-checksum-{name}": text for name, text in stored.checksums.items()}


def delete_object(bucket: Bucket, request: Request) -> Answer:
    bucket.remove(request.key)
    return Answer(204)


# --- uploads in parts ------------------------------------------------------------------------


def upload_of(bucket: Bucket, request: Request) -> Upload:
    upload = bucket.uploads.get(request.query["uploadId"])
    if upload is None or upload.key != request.key:
        text = "The specified upload does not exist. It may have been aborted or completed."
        raise Refused(404, "NoSuchUpload", text, UploadId=request.query["uploadId"])
    return upload


def create_upload(bucket: Bucket, request: Request) -> Answer:
    name = uuid.uuid4().hex
    algorithm, headers = "", {}
    is_full = request.header("x-amz-checksum-type").upper() == "FULL_OBJECT"
    if bucket.knows_checksums:
        algorithm = request.header("x-amz-checksum-algorithm").lower()
    if algorithm:
        headers["x-amz-checksum-algorithm"] = algorithm.upper()
        headers["x-amz-checksum-type"] = "FULL_OBJECT" if is_full else "COMPOSITE"
    bucket.uploads[name] = Upload(request.key, algorithm, is_full)
    return xml_answer(
        f"<InitiateMultipartUploadResult {NAMESPACE}><Bucket>{bucket.name}</Bucket>"
        f"<Key>{escape(request.key)}</Key><UploadId>{name}</UploadId>"
        "</InitiateMultipartUploadResult>",
        headers=headers,
    )


def upload_part(bucket: Bucket, request: Request) -> Answer:
    upload = upload_of(bucket, request)
    number = int(request.query["partNumber"])
    if not 1 <= number <= 10_000:
        raise Refused(400, "InvalidArgument", "Part number must be from 1 to 10000")
    part = stored_of(bucket, request)
    upload.parts[number] = part
    return Answer(200, {"ETag": part.etag, **checksum_headers(part)})


def read_parts(body: bytes) -> list[tuple[int, dict[str, str]]]:
    """Numbers with what the client says of each, such as ETag and ChecksumCRC32."""
    try:
        root = tree.fromstring(body)
        parts = []
        for part in root:
            words = {each.tag.rpartition("}")[2]: each.text or "" for each in part}
            parts.append((int(words.pop("PartNumber")), words))
        return parts
    except (tree.ParseError, KeyError, ValueError) as error:
        text = "The XML you provided was not well-formed"
        raise Refused(400, "MalformedXML", text) from error


def check_parts(bucket: Bucket, upload: Upload, listed: list[tuple[int, dict]]) -> list[Stored]:
    numbers = [number for number, _ in listed]
    if numbers != sorted(set(numbers)):
        raise Refused(400, "InvalidPartOrder", "The list of parts was not in ascending order.")
    found = []
    for number, words in listed:
        if not bucket.knows_checksums and words.keys() != {"ETag"}:
            text = "The XML you provided did not validate against our published schema"
            raise Refused(400, "MalformedXML", text)
        part = upload.parts.get(number)
        if part is None or words.get("ETag", "").strip('"') != part.etag.strip('"'):
            raise Refused(400, "InvalidPart", f"Part {number} could not be found.")
        for algorithm, text in part.checksums.items():
            told = words.get(f"Checksum{algorithm.upper()}")
            if told not in (None, text) or (
                told is None and upload.algorithm and not upload.is_full
            ):
                raise Refused(400, "InvalidPart", f"The checksum of part {number} is another.")
        found.append(part)
    if not found:
        raise Refused(400, "MalformedXML", "You must specify at least one part")
    if any(part.size < bucket.least_part_bytes for part in found[:-1]):
        text = "Your proposed upload is smaller than the minimum allowed size"
        raise Refused(400, "EntityTooSmall", text)
    return found


def complete_upload(bucket: Bucket, request: Request) -> Answer:
    name = request.query["uploadId"]
    if name in bucket.completed:  # sent again, after its answer was lost
        return completion(bucket, request.key, bucket.completed[name])
    upload = upload_of(bucket, request)
    parts = check_parts(bucket, upload, read_parts(request.body))
    data = b"".join(part.read() for part in parts)
    digests = b"".join(bytes.fromhex(part.etag[1:-1]) for part in parts)
    stored = Stored(data, etag=f'{quoted_md5(digests)[:-1]}-{len(parts)}"', size=len(data))
    if upload.algorithm:
        sums = [part.checksums.get(upload.algorithm, "") for part in parts]
        if upload.is_full:
            text = checksum(upload.algorithm, data)
            told = request.header(f"x-amz-checksum-{upload.algorithm}")
            if told not in ("", text):
                raise Refused(400, "BadDigest", "The checksum of the whole object is another.")
        else:
            text = composite(upload.algorithm, sums)
        stored.checksums = {upload.algorithm: text}
    del bucket.uploads[name]
    bucket.completed[name] = stored
    bucket.set(request.key, stored)
    return completion(bucket, request.key, stored)


def completion(bucket: Bucket, key: str, stored: Stored) -> Answer:
    return xml_answer(
        f"<CompleteMultipartUploadResult {NAMESPACE}><Bucket>{bucket.name}</Bucket>"
        f"<Key>{escape(key)}</Key><ETag>{escape(stored.etag)}</ETag>"
        "</CompleteMultipartUploadResult>"
    )


def abort_upload(bucket: Bucket, request: Request) -> Answer:
    upload_of(bucket, request)
    del bucket.uploads[request.query["uploadId"]]
    return Answer(204)


def list_uploads(bucket: Bucket, _: Request) -> Answer:
    inner = "".join(
        f"<Upload><Key>{escape(upload.key)}</Key><UploadId>{name}</UploadId></Upload>"
        for name, upload in bucket.uploads.items()
    )
    return xml_answer(
        f"<ListMultipartUploadsResult {NAMESPACE}><Bucket>{bucket.name}</Bucket>"
        f"<IsTruncated>false</IsTruncated>{inner}</ListMultipartUploadsResult>"
    )


def list_parts(bucket: Bucket, request: Request) -> Answer:
    upload = upload_of(bucket, request)
    inner = "".join(
        f"<Part><PartNumber>{number}</PartNumber><ETag>{escape(part.etag)}</ETag>"
        f"<Size>{part.size}</Size></Part>"
        for number, part in sorted(upload.parts.items())
    )
    return xml_answer(
        f"<ListPartsResult {NAMESPACE}><Bucket>{bucket.name}</Bucket>"
        f"<Key>{escape(upload.key)}</Key><IsTruncated>false</IsTruncated>{inner}</ListPartsResult>"
    )


PERFORMED: dict[str, Callable[[Bucket, Request], Answer]] = {
    "ListObjectsV2": list_objects,
    "GetBucketLocation": get_location,
    "ListMultipartUploads": list_uploads,
    "HeadBucket": head_bucket,
    "ListParts": list_parts,
    "GetObject": get_object,
    "HeadObject": get_object,
    "UploadPart": upload_part,
    "PutObject": put_object,
    "CreateMultipartUpload": create_upload,
    "CompleteMultipartUpload": complete_upload,
    "AbortMultipartUpload": abort_upload,
    "DeleteObject": delete_object,
}
