"""What every submission of a company says, whatever it submits: who, and under which name of its own."""

from .event import Event
from .fields import Reference, Siren, Version


class Submitted(Event):
    """What a company tells us; it is answered on the company's feedback topic."""

    key_field = "reference"

    siren: Siren
    """The company that submits, the same as in its topic's name: nine digits, the last a check digit after Luhn (Code
    de commerce R123-221), which is verified beyond the pattern; 000000000 is refused."""
    reference: Reference
    """The company's own name for what it submits, unique within the company and the same in every event about it: 1 to
    80 characters on one line. Events of one reference keep their order, and the verdict repeats it."""


class Versioned(Submitted):
    """A submission that replaces what was submitted before under its reference."""

    version: Version
    """Grows with each change of what has this reference, from 1; any step will do, a timestamp too. An older version
    than the last seen is answered `SubmissionStale`; the same version with another content is refused."""
