"""The states in the README are those of the tables that the code runs."""

import re
from pathlib import Path

import pytest

import services.internships
from services.internships.domain import cases, life
from services.internships.domain.table import Move, diagram

README = Path(services.internships.__file__).with_name("README.md")

DIAGRAMS = {"life": diagram(life.LIFE), "cases": diagram(cases.LIFE)}


@pytest.mark.parametrize("name", DIAGRAMS)
def test_the_diagram_is_drawn_from_the_table(name: str) -> None:
    found = re.search(rf"<!-- {name} -->\n```mermaid\n(.*?)\n```", README.read_text("utf-8"), re.DOTALL)
    assert found, f"no diagram {name}"
    assert found[1] == DIAGRAMS[name], f"write it anew:\n{DIAGRAMS[name]}"


@pytest.mark.parametrize("table", [life.LIFE, cases.LIFE])
def test_every_state_is_reached_from_the_beginning_and_no_move_is_twice(table: tuple[Move[str], ...]) -> None:
    moves = [(move.trigger, before) for move in table for before in move.before]
    assert len(moves) == len(set(moves))
    reached: set[str | None] = {None}
    while more := {move.after for move in table if reached & {*move.before}} - reached:
        reached |= more
    assert reached == {None, *(move.after for move in table)}
