"""Buckets and what lies in them: objects from memory or from a folder, uploads in parts."""

import bisect
import hashlib
import time
from dataclasses import dataclass, field
from pathlib import Path

from s3_server.checksums import checksum


@dataclass
class Stored:
    """One object. Its bytes lie in `data`, or in a file that is read when they are asked for."""

    data: bytes | None = None
    path: Path | None = None
    etag: str = ""  # with its quotes
    checksums: dict[str, str] = field(default_factory=dict)  # by algorithm
    modified: float = field(default_factory=time.time)
    size: int = 0

    def read(self) -> bytes:
        return self.path.read_bytes() if self.data is None else self.data


def quoted_md5(data: bytes) -> str:
    return f'"{hashlib.md5(data).hexdigest()}"'


@dataclass
class Upload:
    """A multipart upload that is neither complete nor aborted."""

    key: str
    algorithm: str = ""  # of its checksums
    is_full: bool = False  # one checksum over the whole object, not over those of the parts
    parts: dict[int, Stored] = field(default_factory=dict)


class Bucket:
    """Threads: the test's may put and remove while the server's serves."""

    def __init__(self, name: str, region: str, is_public: bool = False):
        self.name = name
        self.region = region
        self.is_public = is_public  # anyone may list and read, unsigned
        self.elsewhere = ""  # the server that requests are sent on to, by 307
        self.knows_checksums = True  # not: like Swift and old servers, it refuses or ignores them
        self.page_size = 1000  # keys a page at most, whatever the client asks for
        self.least_part_bytes = 5 << 20  # of all parts but the last
        self.objects: dict[str, Stored] = {}
        self.uploads: dict[str, Upload] = {}
        self.completed: dict[str, Stored] = {}  # by upload, for a client that lost the answer
        self._keys: list[str] | None = None

    def put(self, key: str, data: bytes, algorithm: str = "") -> Stored:
        """`algorithm` is that of its checksum, if it has one."""
        sums = {algorithm: checksum(algorithm, data)} if algorithm else {}
        stored = Stored(data, etag=quoted_md5(data), checksums=sums, size=len(data))
        self.set(key, stored)
        return stored

    def set(self, key: str, stored: Stored) -> None:
        self.objects[key] = stored
        self._keys = None

    def remove(self, key: str) -> None:
        self.objects.pop(key, None)
        self._keys = None

    def lay(self, folder: Path, prefix: str = "") -> "Bucket":
        """Every file below the folder as an object, its path as key behind `prefix`; or one file,
        whose key is `prefix`."""
        for path in sorted(folder.rglob("*")) if folder.is_dir() else [folder]:
            if path.is_file():
                name = path.relative_to(folder).as_posix() if folder.is_dir() else ""
                data = path.read_bytes()
                self.set(prefix + name, Stored(path=path, etag=quoted_md5(data), size=len(data)))
        return self

    def keys(self) -> list[str]:
        """In the order of their UTF-8 bytes, which is that of code points."""
        if self._keys is None:
            self._keys = sorted(self.objects)
        return self._keys

    def keys_after(self, key: str, prefix: str) -> list[str]:
        """Those below the prefix that follow `key`; the empty one precedes all."""
        keys = self.keys()
        start = bisect.bisect_left(keys, prefix)
        if key:
            start = max(start, bisect.bisect_right(keys, key))
        found = []
        for each in keys[start:]:
            if not each.startswith(prefix):
                break
            found.append(each)
        return found
