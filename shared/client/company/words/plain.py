"""Texts as they are compared, so that one spelling of each word is enough."""

import re
import unicodedata

LONGEST = 20_000
"""Characters that are looked at; what names something is shorter."""


def bare(text: str) -> str:
    """Small letters without accents, with the marks between them; white space is one space."""
    apart = unicodedata.normalize("NFKD", text[:LONGEST].casefold().replace("œ", "oe").replace("’", "'"))
    return " ".join("".join(char for char in apart if not unicodedata.combining(char)).split())


def plain(text: str) -> str:
    """Letters and digits alone, words parted by one space."""
    return " ".join(re.findall(r"[a-z0-9]+", bare(text)))
