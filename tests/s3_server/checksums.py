"""The checksums that S3 knows, as it writes them: base64 of big-endian bytes."""

import base64
import hashlib
import zlib

from awscrt import checksums

DIGESTS = {
    "crc32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "crc32c": lambda data: checksums.crc32c(data).to_bytes(4, "big"),
    "crc64nvme": lambda data: checksums.crc64nvme(data).to_bytes(8, "big"),
    "sha1": lambda data: hashlib.sha1(data).digest(),
    "sha256": lambda data: hashlib.sha256(data).digest(),
}


def checksum(algorithm: str, data: bytes) -> str:
    return base64.b64encode(DIGESTS[algorithm](data)).decode()


def composite(algorithm: str, parts: list[str]) -> str:
    """Of an object in parts: the checksum of the checksums and how many there are."""
    joined = b"".join(map(base64.b64decode, parts))
    return f"{checksum(algorithm, joined)}-{len(parts)}"
