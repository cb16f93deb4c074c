"""What is measured: one module a question. Each has `measure(bench)`, which fills bench.store."""

from dataclasses import dataclass
from pathlib import Path

from bench.data import Data, DataSet
from bench.programs import Programs, peer
from bench.rounds import Side, expect_rows
from bench.store import Store


@dataclass(frozen=True)
class Sizes:
    """How much of everything. CHECK is small: it is there for the answers, not for the times."""

    events: int = 5_000_000
    rows: int = 100_000  # of the peers that insert row by row
    medium: int = 1_000_000
    scaling: tuple[int, ...] = (100_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000)
    memory: tuple[int, ...] = (5_000_000, 10_000_000)
    files: tuple[int, ...] = (1, 10, 100, 1000, 15_000)
    days: int = 366
    users: int = 6000
    large: tuple[int, ...] = ()


CHECK = Sizes(
    events=20_000,
    rows=5_000,
    medium=20_000,
    scaling=(5_000, 20_000),
    memory=(5_000, 20_000),
    files=(1, 10, 100),
    days=20,
    users=100,
)


@dataclass(frozen=True)
class Bench:
    """What every suite needs."""

    programs: Programs
    data: Data
    store: Store
    work: Path
    rounds: int
    sizes: Sizes

    def five_side(self, data: DataSet, threads: int = 0) -> Side:
        return Side("sparkify, five tables", lambda out: self.programs.five(data, out, threads))

    def etl_side(self, data: DataSet, threads: int = 0, tables: str = "") -> Side:
        """The whole star; by its summary all rows are in, by `tables` they are the right ones."""
        return Side(
            "sparkify etl",
            lambda out: self.programs.etl(out, data.logs, data.song_files, threads),
            tables=tables,
            check=expect_rows(data.events + data.songs),
        )


def sql_side(data: DataSet, variant: str = "tuned", threads: int = 0) -> Side:
    names = {"tuned": "DuckDB SQL, tuned by hand", "defaults": "DuckDB SQL, defaults"}
    return Side(names[variant], lambda out: peer("duckdb_sql", data, out, variant, threads))


def described(data: DataSet, sides: dict) -> dict:
    """A group of the store: how much was loaded, and what each side took."""
    return {
        "events": data.events,
        "songs": data.songs,
        "bytes": data.log_bytes,
        "files": data.log_count,
        "sides": sides,
    }
