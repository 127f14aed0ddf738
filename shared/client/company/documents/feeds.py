"""XML feeds of jobs, read one job at a time without trust: no entities, no depth, bounded memory."""

from collections.abc import Callable, Iterator
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from .postings import Posting, Refusal, Said, Words
from .rules import problem

MOST_NESTED = 60
"""Elements inside one another; a job needs five."""
MOST_BYTES_A_JOB = 10_000_000
"""Bytes between the ends of two jobs; what is longer is no job and would fill the memory."""
Reader = Callable[[Element, str], Posting]


class _TooLargeError(ValueError):
    pass


class _Watched:
    """The source, which refuses to give more once a job has taken too much of it."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.since_last_job = 0

    def read(self, size: int = -1) -> bytes:
        found = self._source.read(size)
        self.since_last_job += len(found)
        if self.since_last_job > MOST_BYTES_A_JOB:
            raise _TooLargeError
        return found


def read_feed(source: IO[bytes], job: str, read: Reader) -> Iterator[Posting | Refusal]:
    """A posting for each element named `job`; whatever ends the reading is told as a refusal at its end."""
    count = 0
    try:
        for element in _elements(source, job):
            count += 1
            yield read(element, f"{job} {count}")
    except DefusedXmlException:
        yield Refusal(f"after {job} {count}", problem("", "xml_entities", "<!ENTITY"))
    except _TooLargeError:
        yield Refusal(f"after {job} {count}", problem("", "too_large", f"over {MOST_BYTES_A_JOB} bytes without a job"))
    except RecursionError:
        yield Refusal(f"after {job} {count}", problem("", "too_deep", f"{MOST_NESTED} elements inside one another"))
    except (ParseError, ValueError, LookupError) as error:
        yield Refusal(f"after {job} {count}", problem("", "xml_unreadable", error))
    else:
        if not count:
            yield Refusal("", problem("", "no_offers", ""))


def _elements(source: IO[bytes], job: str) -> Iterator[Element]:
    """Each whole element of that name, forgotten once it was read; names lose their namespaces."""
    watched = _Watched(source)
    open_elements: list[Element] = []
    for event, element in iterparse(watched, events=("start", "end")):
        if event == "start":
            element.tag = element.tag.rpartition("}")[2]
            open_elements.append(element)
            if len(open_elements) > MOST_NESTED:
                raise RecursionError
            continue
        open_elements.pop()
        inside_a_job = any(one.tag == job for one in open_elements)
        if element.tag == job and not inside_a_job:
            watched.since_last_job = 0
            yield element
        if not inside_a_job and open_elements:
            open_elements[-1].remove(element)


def said(job: Element, *paths: str) -> Words:
    """What the first of these paths that says anything says; `office` or `jobDescriptions/jobDescription/value`."""
    for path in paths:
        found = [Said(one.text, f"{job.tag}/{path}") for one in job.iterfind(path) if one.text and one.text.strip()]
        if found:
            return found
    return ()
