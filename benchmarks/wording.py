"""How many offers a second the linter of wording judges on one core: `python -m benchmarks.wording [seconds]`."""

import sys
from statistics import mean, median
from time import perf_counter

from shared.offers.wording import lint
from tests.offers.wording.measure import labelled

ROUND = 2_000
LONG = 16
"""How many descriptions make one of a long offer."""


def rates(offers: list[tuple[str, str]], seconds: float) -> list[float]:
    """Offers a second in each round of ROUND offers, for about so many seconds."""
    repeated = (offers * (ROUND // len(offers) + 1))[:ROUND]
    found: list[float] = []
    ends = perf_counter() + seconds
    while not found or perf_counter() < ends:
        began = perf_counter()
        for title, description in repeated:
            lint(title, description)
        found.append(ROUND / (perf_counter() - began))
    return found


def main() -> None:
    """Print the median of the rounds, for the labelled offers as they are and with descriptions LONG times as long."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    plain = [(one.title, one.description) for one in labelled()]
    bodies = [description for _, description in plain]
    long = [(one[0], "\n".join((bodies * 2)[number : number + LONG])) for number, one in enumerate(plain)]
    for name, offers in (("labelled offers", plain), (f"{LONG} descriptions each", long)):
        rate = median(rates(offers, seconds))
        size = mean(len(description) for _, description in offers)
        sys.stdout.write(f"{name}: {rate:,.0f} offers/s a core, descriptions of {size:,.0f} characters on average\n")


if __name__ == "__main__":
    main()
