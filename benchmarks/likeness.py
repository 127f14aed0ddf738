"""Pairs of offers compared each second: `python -m benchmarks.likeness`."""

import time

from services.internships.domain.likeness import likeness
from tests.internships.likeness.measure import pairs

ROUNDS = 200


def main() -> None:
    """Compare the labelled pairs again and again, on one core."""
    those = pairs()
    began = time.perf_counter()
    for _ in range(ROUNDS):
        for pair in those:
            likeness(pair.one, pair.other)
    print(f"{ROUNDS * len(those) / (time.perf_counter() - began):,.0f} pairs/s")  # noqa: T201


if __name__ == "__main__":
    main()
