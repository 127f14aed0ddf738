"""Documents that companies already have, read into drafts: JobPosting pages and the formats of job boards.

`recognise` names the format from a file's first bytes; `read` gives a draft for each job in it, and `read_address` does
so for a web address: a page, a feed or a sitemap. None of them raises for what a document holds: what cannot be read
is a draft without values whose problems say why.
"""

from .reading import read, recognise
from .web import read_address

__all__ = ["read", "read_address", "recognise"]
