"""The checksums that S3 knows, as it writes them: base64 of big-endian bytes."""

import base64
import hashlib
import zlib


def _table(polynomial: int) -> list[int]:
    table = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = (value >> 1) ^ (polynomial if value & 1 else 0)
        table.append(value)
    return table


CRC32C = _table(0x82F63B78)
CRC64NVME = _table(0x9A6C9329AC4BC9B5)


def _reflected(data: bytes, table: list[int], bits: int) -> bytes:
    """Byte by byte, thus for small objects."""
    mask = (1 << bits) - 1
    value = mask
    for byte in data:
        value = table[(value ^ byte) & 0xFF] ^ (value >> 8)
    return (value ^ mask).to_bytes(bits // 8, "big")


DIGESTS = {
    "crc32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "crc32c": lambda data: _reflected(data, CRC32C, 32),
    "crc64nvme": lambda data: _reflected(data, CRC64NVME, 64),
    "sha1": lambda data: hashlib.sha1(data).digest(),
    "sha256": lambda data: hashlib.sha256(data).digest(),
}


def checksum(algorithm: str, data: bytes) -> str:
    return base64.b64encode(DIGESTS[algorithm](data)).decode()


def composite(algorithm: str, parts: list[str]) -> str:
    """Of an object in parts: the checksum of the checksums and how many there are."""
    joined = b"".join(map(base64.b64decode, parts))
    return f"{checksum(algorithm, joined)}-{len(parts)}"
