"""Results on disk: build/bench/results.json. A run that was cut short goes on where it was."""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.measure import Failed
from bench.rounds import say


def fingerprint(*things: object) -> str:
    """Of files by content, of other things by their text."""
    digest = hashlib.sha256()
    for thing in things:
        if isinstance(thing, Path):
            digest.update(thing.read_bytes() if thing.exists() else b"missing")
        else:
            digest.update(repr(thing).encode())
    return digest.hexdigest()[:16]


class Store:
    """Groups of results by name. A group counts as measured while its fingerprint stays."""

    def __init__(
        self, path: Path, mark: str = "", is_fresh: bool = False, only: Sequence[str] = ()
    ):
        self.path = path
        self.mark = mark
        self.is_fresh = is_fresh
        self.only = only
        self.content = {"about": {}, "groups": {}}
        if path.exists():
            self.content = json.loads(path.read_text())
        self.failures: list[str] = []

    @property
    def groups(self) -> dict:
        return self.content["groups"]

    def is_wanted(self, name: str) -> bool:
        """Without a choice everything is; `scaling` chooses `scaling/files/10`."""
        return not self.only or any(f"{name}/".startswith(f"{each}/") for each in self.only)

    def known(self, name: str) -> dict | None:
        """A group that these very programs measured, or none."""
        group = self.groups.get(name)
        return group if group and group["mark"] == self.mark and "failed" not in group else None

    def save(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(".part")
        part.write_text(json.dumps(self.content, indent=1) + "\n")
        part.rename(self.path)

    def describe(self, about: dict) -> None:
        self.content["about"] = {**about, "mark": self.mark}
        self.save()

    def measure(self, name: str, make: Callable[[], dict]) -> None:
        """Measures a group unless it is there. One that fails is told and leaves the others be."""
        if not self.is_wanted(name):
            return
        if self.known(name) and not self.is_fresh:
            say(f"{name}: measured before")
            return
        say(name)
        try:
            result = make()
        except Failed as failure:
            say(f"{name}: FAILED: {failure}")
            self.failures.append(name)
            result = {"failed": str(failure).splitlines()[0]}
        about = self.content["about"]
        origin = {key: about[key] for key in ("revision", "processor") if key in about}
        self.groups[name] = {"mark": self.mark, **origin, **result}
        self.save()
