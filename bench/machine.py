"""What the numbers were taken on: the machine, and the version of everything."""

import os
import platform
import re
import subprocess
from importlib import metadata
from pathlib import Path

PACKAGES = ("duckdb", "polars", "pandas", "pyarrow", "psycopg2-binary", "chdb")


def first_match(path: str, pattern: str) -> str:
    try:
        found = re.search(pattern, Path(path).read_text(), re.MULTILINE)
    except OSError:
        return "unknown"
    return found[1].strip() if found else "unknown"


def first_line(*command: object) -> str:
    try:
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    except OSError:
        return "unknown"
    return done.stdout.splitlines()[0].strip() if done.stdout else "unknown"


def machine() -> dict[str, str]:
    kib = first_match("/proc/meminfo", r"^MemTotal:\s*(\d+)")
    memory = f"{int(kib) / (1 << 20):.0f} GiB" if kib.isdigit() else kib
    return {
        "cores": str(os.cpu_count()),
        "processor": first_match("/proc/cpuinfo", r"^model name\s*:\s*(.*)$"),
        "memory": memory,
        "kernel": f"{platform.system()} {platform.release()}",
        "system": first_match("/etc/os-release", r'^PRETTY_NAME="(.*)"$'),
        "load before": f"{os.getloadavg()[0]:.1f}",
    }


def versions(sparkify: Path) -> dict[str, str]:
    postgres = "/usr/lib/postgresql/15/bin/postgres"
    found = {"sparkify": first_line(sparkify, "version")}
    found |= {name: metadata.version(name) for name in PACKAGES}
    number = re.search(r"\d+\.\d+", first_line(postgres, "--version"))
    found["PostgreSQL"] = number[0] if number else "unknown"
    found["Python"] = platform.python_version()
    return found


def revision(root: Path) -> str:
    """The commit, with a mark when files differ from it; what the bench writes itself aside."""
    commit = first_line("git", "-C", root, "describe", "--always", "--abbrev=12")
    others = [":!docs/benchmarks.md", ":!docs/benchmarks"]
    changed = ["git", "-C", root, "diff", "--quiet", "HEAD", "--", ".", *others]
    return commit + ("-dirty" if subprocess.run(changed, check=False).returncode else "")
