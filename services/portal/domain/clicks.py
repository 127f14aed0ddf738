"""What a click's page says, in French and in English."""

from collections.abc import Mapping
from datetime import date

from shared.clicks import Click, What

Words = tuple[str, str]
"""In French and in English."""

ASKED: Mapping[tuple[str, str], Words] = {
    ("prolong", ""): ("Prolonger l’offre jusqu’au {day}", "Prolong the offer until {day}"),
    ("close", "filled_through_us"): (
        "Fermer l’offre : le stage est pourvu, grâce à Passerelle",
        "Close the offer: the place is filled, through Passerelle",
    ),
    ("close", "filled_elsewhere"): (
        "Fermer l’offre : le stage est pourvu autrement",
        "Close the offer: the place is filled otherwise",
    ),
    ("close", "cancelled"): (
        "Fermer l’offre : le stage n’aura pas lieu",
        "Close the offer: the internship will not take place",
    ),
    ("accept", ""): ("Proposer la place à cette personne", "Offer the place to this person"),
    ("refuse", "filled"): ("Refuser : la place est déjà prise", "Refuse: the place is taken"),
    ("refuse", "dates"): ("Refuser : les dates ne conviennent pas", "Refuse: the dates do not fit"),
    ("refuse", "level"): ("Refuser : le niveau cherché est autre", "Refuse: another level is looked for"),
    ("refuse", "skills"): ("Refuser : d’autres compétences sont cherchées", "Refuse: other skills are looked for"),
    ("refuse", "other"): ("Refuser, pour une autre raison", "Refuse, for another reason"),
    ("take", ""): ("Prendre la place", "Take the place"),
    ("withdraw", ""): ("Retirer ma candidature", "Withdraw my application"),
    ("pulse", "well"): ("Dire que le stage se passe bien", "Say that the internship goes well"),
    ("pulse", "mixed"): ("Dire que le stage se passe moyennement", "Say that the internship goes so-so"),
    ("pulse", "badly"): ("Dire que le stage se passe mal", "Say that the internship goes badly"),
    ("same", ""): ("N’en montrer qu’une : c’est la même offre", "Show one of them: they are the same offer"),
    ("different", ""): (
        "Montrer les deux : ce sont deux offres différentes",
        "Show both: they are different offers",
    ),
    ("undecided", ""): ("Revenir sur la réponse de la coordination", "Take back the coordinators’ answer"),
}
"""Each click that a letter may hold, by what it does and says; of a day it does not depend."""

THEN: Mapping[str, Words] = {
    "accept": ("Elle aura sept jours pour prendre la place.", "She will have seven days to take the place."),
    "take": ("Vos autres candidatures prendront fin.", "Your other applications will end."),
    "withdraw": ("L’entreprise sera prévenue.", "The company will be told."),
    "close": (
        "Celles qui attendent une réponse seront prévenues.",
        "Those who wait for an answer will be told.",
    ),
}
"""What else a click does."""

UNDONE_BY: Mapping[str, What] = {"same": "undecided", "different": "undecided"}
"""Clicks that may be taken back at once, from their own page."""

REFUSED: Mapping[str, Words] = {
    "altered": (
        "Ce lien n’est pas complet : ouvrez-le de nouveau depuis l’e-mail, sans le recopier.",
        "This link is not complete: open it again from the e-mail, without copying it.",
    ),
    "too_old": (
        "Ce lien est trop ancien : répondez depuis un e-mail plus récent.",
        "This link is too old: answer from a later e-mail.",
    ),
    "away": (
        "Votre réponse n’a pas pu être enregistrée : rien n’a changé. Réessayez dans quelques minutes.",
        "Your answer could not be kept: nothing has changed. Try again in a few minutes.",
    ),
}

MONTHS: Words = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "January February March April May June July August September October November December",
)


def asked(click: Click) -> Words:
    """What a click would do."""
    if click.what == "prolong":
        day = date.fromisoformat(click.says)
        french, english = (
            text.format(day=_day(day, months)) for text, months in zip(ASKED["prolong", ""], MONTHS, strict=True)
        )
        return french, english
    return ASKED.get((click.what, click.says)) or ASKED[click.what, ""]


def _day(day: date, months: str) -> str:
    first = "1er" if day.day == 1 and months.startswith("j") else day.day
    return f"{first}\N{NO-BREAK SPACE}{months.split()[day.month - 1]}\N{NO-BREAK SPACE}{day.year}"
