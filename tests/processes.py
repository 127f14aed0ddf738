"""What a process says, as it says it."""

from collections.abc import Iterable, Sequence


def read_until(lines: Iterable[str], moment: str) -> Sequence[str]:
    """The lines up to the one that has `moment` in it; an end before that fails the test."""
    said = []
    for line in lines:
        said.append(line)
        if moment in line:
            return said
    raise AssertionError(f"{moment!r} was never said:\n{''.join(said)}")
