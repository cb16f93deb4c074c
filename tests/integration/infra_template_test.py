"""The template of infra/ is one that CloudFormation takes."""

import subprocess
import sys
from pathlib import Path

from program import ROOT


def test_the_template_passes_cfn_lint():
    done = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), ROOT / "infra/sparkify.yaml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
