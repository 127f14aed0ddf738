"""France Travail's « Offres d'emploi v2 » JSON: `resultats`, or one offer, as https://francetravail.io answers."""

from collections.abc import Mapping

from ..drafts import Json
from .jsons import words_in
from .postings import Posting, Said, Words

EXPECTED = {
    "reference": "id",
    "title": "intitule",
    "description": "description",
    "company_name": "entreprise.nom",
    "place.city": "lieuTravail.libelle",
    "place.departement": "lieuTravail.codePostal",
    "starts_on": "dateDebut",
    "ends_on": "duree",
    "level": "formations.niveauLibelle",
    "trade": "romeCode",
    "weekly_hours": "dureeTravailLibelle",
}
OCCUPATION = ("romeCode", "romeLibelle", "appellationlibelle", "secteurActiviteLibelle")


def is_offer(node: Mapping[str, Json]) -> bool:
    """Whether an object is one of France Travail's offers."""
    return "intitule" in node and ("typeContrat" in node or "romeCode" in node or "lieuTravail" in node)


def read_offer(offer: Mapping[str, Json], path: str, place: str) -> Posting:
    """One offer; `lieuTravail.libelle` begins with the département itself (`2A - AJACCIO`)."""

    def said(*names: str) -> Words:
        return _said(offer, path, *names)

    departement, city = _place(said("lieuTravail", "libelle"))
    return Posting(
        place=place,
        contract=[*said("typeContratLibelle"), *said("natureContrat"), *said("typeContrat"), *_alternance(offer, path)],
        reference=said("id"),
        title=said("intitule"),
        description=said("description"),
        company=said("entreprise", "nom"),
        identifiers=[*said("entreprise", "siret"), *said("entreprise", "numero")],
        city=city,
        region=departement,
        postal_code=() if departement else said("lieuTravail", "codePostal"),
        commune=said("lieuTravail", "commune"),
        starts=[*said("dateDebut"), *said("dateDebutContrat")],
        duration=[*said("duree"), *said("dureeContrat")],
        changed=said("dateActualisation"),
        hours=[*said("dureeTravailLibelle"), *said("dureeTravail")],
        education=_education(offer, path),
        seats=said("nombrePostes"),
        pay=said("salaire", "libelle") or said("salaire", "commentaire"),
        occupation=[word for name in OCCUPATION for word in said(name)],
        expected=EXPECTED,
    )


def _said(node: Mapping[str, Json], path: str, *names: str) -> Words:
    first, *inside = names
    return list(words_in(node.get(first), f"{path}.{first}".lstrip("."), inside))


def _place(libelle: Words) -> tuple[Words, Words]:
    """The département's code and the city of `35 - RENNES`."""
    if not libelle:
        return (), ()
    code, dash, city = libelle[0].text.partition(" - ")
    if not dash:
        return (), libelle
    return (Said(code.strip(), libelle[0].origin),), (Said(city.strip(), libelle[0].origin),)


def _alternance(offer: Mapping[str, Json], path: str) -> Words:
    return (Said("alternance", f"{path}.alternance".lstrip(".")),) if offer.get("alternance") is True else ()


def _education(offer: Mapping[str, Json], path: str) -> Words:
    found = offer.get("formations")
    formations = found if isinstance(found, list) else []
    return [
        word
        for index, one in enumerate(formations[:20])
        if isinstance(one, Mapping)
        for word in _said(one, f"{path}.formations[{index}]".lstrip("."), "niveauLibelle")
    ]
