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
        first_steps = self._root.next
        for first, key in enumerate(words):
            if key in first_steps or (NUMBER in first_steps and key.isdigit()):
                found += self._at(words, first)
        return found

    def _at(self, words: Sequence[str], first: int) -> list[Hit]:
        longest: dict[str, int] = {}
        nodes = [self._root]
        for index in range(first, len(words)):
            nodes = [follower for node in nodes for follower in _followers(node, words[index])]
            if not nodes:
                break
            for node in nodes:
                longest.update(dict.fromkeys(node.owners, index + 1))
        return [Hit(owner, first, last) for owner, last in longest.items()]


def _followers(node: Node, key: str) -> Iterator[Node]:
    if key in node.next:
        yield node.next[key]
    if key.isdigit() and NUMBER in node.next:
        yield node.next[NUMBER]
    if ANY in node.next and key not in END:
        yield node.next[ANY]


def _inflected(word: str) -> Iterator[tuple[str, ...]]:
    if word in {ANY, NUMBER}:
        yield (word,)
    elif word.endswith("~"):
        yield from (keys(word[:-1] + ending) for ending in ("", "e", "s", "es"))
    else:
        yield keys(word)
