"""Many expressions looked for at once: a tree of words, walked from each word of a text as deep as its longest one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from .tokens import END, keys

ANY, NUMBER = "*", "#"


class Hit(NamedTuple):
    """An expression's owner, found at the words `first` to `last`, the latter not among them."""

    owner: str
    first: int
    last: int


class Node:
    """The words that may follow, and whose expressions end here."""

    __slots__ = ("next", "owners")

    def __init__(self) -> None:
        self.next: dict[str, Node] = {}
        self.owners: tuple[str, ...] = ()


class Phrases:
    """The expressions of several owners, with the lists of words that they name as `<name>`."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = {name: held.split() for name, held in words.items()}
        self._root = Node()

    def add(self, owner: str, expressions: Iterable[str]) -> None:
        """More expressions, in the notation that `rules.toml` explains."""
        for expression in expressions:
            slots = [list(self._slot(slot)) for slot in expression.split()]
            for parts in product(*slots):
                self._plant(owner, [key for part in parts for key in part])

    def _slot(self, slot: str) -> Iterator[tuple[str, ...]]:
        if slot.endswith("?") and len(slot) > 1:
            yield ()
            slot = slot[:-1]
        for word in slot.split("|"):
            named = self._words[word[1:-1]] if word.startswith("<") else [word]
            for one in named:
                yield from _inflected(one)

    def _plant(self, owner: str, path: Sequence[str]) -> None:
        node = self._root
        for key in path:
            node = node.next.setdefault(key, Node())
        if path and owner not in node.owners:
            node.owners += (owner,)

    def find(self, words: Sequence[str]) -> list[Hit]:
        """Every expression in a text, for each owner the longest that begins at a word; in their order."""
        found: list[Hit] = []
        begins = self._root.next
        for first, key in enumerate(words):
            if key in begins or (key.isdigit() and NUMBER in begins):
                found += _longest(_followers(self._root, key), words, first)
        return found


def _longest(nodes: list[Node], words: Sequence[str], first: int) -> Iterator[Hit]:
    """For each owner the longest expression that begins with a word, whose nodes these are."""
    ends: dict[str, int] = {}
    last = first + 1
    while nodes:
        for node in nodes:
            for owner in node.owners:
                ends[owner] = last
        if last == len(words):
            break
        key = words[last]
        nodes = (
            _followers(nodes[0], key) if len(nodes) == 1 else [one for node in nodes for one in _followers(node, key)]
        )
        last += 1
    return (Hit(owner, first, last) for owner, last in ends.items())


def _followers(node: Node, key: str) -> list[Node]:
    found = [node.next[key]] if key in node.next else []
    if NUMBER in node.next and key.isdigit():
        found.append(node.next[NUMBER])
    if ANY in node.next and key not in END:
        found.append(node.next[ANY])
    return found


def _inflected(word: str) -> Iterator[tuple[str, ...]]:
    if word in {ANY, NUMBER}:
        yield (word,)
    elif word.endswith("~"):
        yield from (keys(word[:-1] + ending) for ending in ("", "e", "s", "es"))
    else:
        yield keys(word)
