"""The template of infra/ is one that CloudFormation takes."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from program import ROOT

TEMPLATE = (ROOT / "infra/sparkify.yaml").read_text()


def pattern_of(parameter):
    """What CloudFormation compares the whole of a value with."""
    found = re.search(
        rf"^  {parameter}:\n(?:    .*\n)*?    AllowedPattern: \"(.*)\"$", TEMPLATE, re.M
    )
    return found[1].replace("\\\\", "\\")


def test_the_template_passes_cfn_lint():
    done = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), ROOT / "infra/sparkify.yaml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("parameter", "taken", "refused"),
    [
        (
            "PublicClient",
            ["", "203.0.113.7/32"],
            ["0.0.0.0/0", "203.0.113.7", "203.0.113.0/24", "1.2.3.4/32,0.0.0.0/0", "::/0"],
        ),
        (
            "PrivateClients",
            ["", "10.0.0.0/16", "172.31.0.0/16", "192.168.1.0/24"],
            ["0.0.0.0/0", "10.0.0.0/8", "172.32.0.0/16", "8.8.8.0/24", "203.0.113.7/32"],
        ),
        ("NodeType", ["rg.large", "ra3.16xlarge"], ["", "large", "rg.large extra"]),
        ("WarehouseName", ["sparkify", "a-b"], ["Sparkify", "a--b", "-a", "1a"]),
    ],
)
def test_the_template_by_itself_refuses_what_setup_refuses(parameter, taken, refused):
    pattern = pattern_of(parameter)
    assert [text for text in taken if not re.fullmatch(pattern, text)] == []
    assert [text for text in refused if re.fullmatch(pattern, text)] == []
