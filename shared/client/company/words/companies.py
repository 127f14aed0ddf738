"""A company's numbers in whatever they are written, checked as the contract checks them."""

import re

from pydantic import TypeAdapter, ValidationError

from ....contracts.fields import Siren, Siret

SIREN, SIRET = TypeAdapter[str](Siren), TypeAdapter[str](Siret)


def siret_in(text: str) -> str | None:
    """The SIRET that a text is, spaces and dots aside; None for any other fourteen digits."""
    return _checked(SIRET, _bare(text))


def siren_in(text: str) -> str | None:
    """The SIREN that a text is, or that a SIRET or a French VAT number holds."""
    found = re.fullmatch(r"(?:FR[0-9A-Z]{2})?([0-9]{9})(?:[0-9]{5})?", _bare(text))
    return _checked(SIREN, found[1]) if found else None


def _checked(number: TypeAdapter[str], digits: str) -> str | None:
    try:
        return number.validate_python(digits)
    except ValidationError:
        return None


def _bare(text: str) -> str:
    return re.sub(r"[\s.-]", "", text[:60]).upper()
