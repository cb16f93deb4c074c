"""Asks src/aws through the program that tests/integration/aws_probe.cpp is built into."""

import json
import os
import subprocess
from pathlib import Path

from program import BINARY, clean_environment

PROBE = Path(os.environ.get("SPARKIFY_AWS_PROBE", BINARY.parent / "tests/aws_probe"))


def run_probe(mode, text="", **environment):
    """The finished process; no variable of AWS but those given."""
    assert os.access(PROBE, os.X_OK), f"no program at {PROBE}: build the target aws_probe"
    return subprocess.run(
        [PROBE, mode],
        input=text,
        env=clean_environment(**environment),
        capture_output=True,
        text=True,
        cwd="/",
        timeout=60,
    )


def sign(requests):
    """What was added to each request."""
    done = run_probe("sign", "".join(json.dumps(request) + "\n" for request in requests))
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def who(**environment):
    """Credentials, region and endpoint of an environment."""
    done = run_probe("who", **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
