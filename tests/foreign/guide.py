"""The integrator's guide as what it asks its reader to do: files to write, commands to run, in their order."""

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "integrate" / "README.md"
FENCE = re.compile(
    r"(?:^`(?P<file>[\w./-]+)`:\n\n)?^```(?P<language>\w*)\n(?P<content>.*?)^```$", re.DOTALL | re.MULTILINE
)

STATE = "[ ! -e .state ] || . ./.state\n{commands}\nexport -p > .state\n"
"""Each step goes on in the environment that the one before left, as in a reader's shell."""


@dataclass(frozen=True)
class Step:
    """A file to write, or commands to run."""

    content: str
    file: str | None = None


def steps() -> Iterator[Step]:
    """What the page asks for, from its top to its end; blocks that only show something are left out."""
    for block in FENCE.finditer(PAGE.read_text("utf-8")):
        if block["file"] or block["language"] == "sh":
            yield Step(block["content"], block["file"])


def follow(step: Step, folder: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Do one step in the reader's folder; what a command said and how it ended."""
    if step.file:
        (folder / step.file).write_text(step.content, "utf-8")
        return subprocess.CompletedProcess([], 0, "", "")
    return subprocess.run(
        ["bash", "-euc", STATE.format(commands=step.content)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
