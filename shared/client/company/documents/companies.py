"""A company's numbers in whatever a document writes them."""

import re

from stdnum.exceptions import ValidationError as NumberError
from stdnum.fr import siren as siren_number
from stdnum.fr import siret as siret_number


def siret_in(text: str) -> str | None:
    """The SIRET that a text is, spaces and dots aside; None for any other fourteen digits."""
    digits = _bare(text)
    try:
        return str(siret_number.validate(digits)) if re.fullmatch(r"[0-9]{14}", digits) else None
    except NumberError:
        return None


def siren_in(text: str) -> str | None:
    """The SIREN that a text is, or that a SIRET or a French VAT number holds."""
    digits = siret_in(text) or _bare(text)
    found = re.fullmatch(r"(?:FR[0-9A-Z]{2})?([0-9]{9})(?:[0-9]{5})?", digits)
    try:
        return str(siren_number.validate(found[1])) if found else None
    except NumberError:
        return None


def _bare(text: str) -> str:
    return re.sub(r"[\s.\u00a0-]", "", text[:60]).upper()
