"""What a company sends: an offer of an internship, and its withdrawal."""

import json
from typing import Any

from shared.contracts.internships import InternshipOffered, InternshipWithdrawn

SIREN = "732829320"
OFFER: dict[str, Any] = {
    "siren": SIREN,
    "reference": "A-1",
    "version": 1,
    "title": "Technicienne ou technicien fibre (F/H)",
    "description": "Raccorder des foyers à la fibre.",
    "company_name": "Fibrelune",
    "place": {"city": "Rennes", "departement": "35"},
    "starts_on": "2027-04-05",
    "ends_on": "2027-05-28",
    "level": 4,
    "trade": "fibre",
}
"""As it is on the wire."""


def offered(version: int = 1, **changes: Any) -> InternshipOffered:
    """The offer, but for the changes."""
    return InternshipOffered.model_validate_json(json.dumps({**OFFER, "version": version, **changes}, default=str))


def withdrawn(version: int = 1, siren: str = SIREN) -> InternshipWithdrawn:
    """Its withdrawal."""
    return InternshipWithdrawn(siren=siren, reference="A-1", version=version, reason="cancelled")
