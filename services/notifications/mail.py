"""An e-mail from its template, in the reader's language: a text and an HTML part, nothing hidden."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from services.notifications.domain import Mail, clicks
from shared.clicks import Click, What

AddressOf = Callable[[Click], str]
"""Where a click is made."""


@dataclass(frozen=True, slots=True)
class Language:
    """What every e-mail of one language has in common."""

    weekdays: list[str]
    months: list[str]
    first: str
    trades: Mapping[str, str]
    subjects: Mapping[str, str]
    clicks: Mapping[tuple[What, str], str]
    greeting: str
    footer: list[str]

    def day(self, value: str) -> str:
        """2027-01-01 as « vendredi 1er janvier 2027 »."""
        day = date.fromisoformat(value)
        number = self.first if day.day == 1 else str(day.day)
        # Not to be broken after the number: « 24 / novembre » reads badly at a line's end.
        date_alone = "\N{NO-BREAK SPACE}".join((number, self.months[day.month - 1], str(day.year)))
        return f"{self.weekdays[day.weekday()]} {date_alone}"


LANGUAGES = {
    "fr": Language(
        weekdays="lundi mardi mercredi jeudi vendredi samedi dimanche".split(),
        months="janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
        first="1er",
        trades={
            "fibre": "fibre optique",
            "data-centre": "centre de données",
            "telecom": "télécoms",
            "radio": "réseaux mobiles",
            "cybersecurity": "cybersécurité",
            "software": "logiciel",
            "works": "travaux",
            "management": "gestion de projet",
        },
        subjects={
            "offers_found": "{count} stage{s} près de chez vous",
            "visit_scheduled": "Une visite est prévue le {day}",
            "visit_completed": "Merci d’avoir accueilli {company_name}",
            "mentor_introduced": "Voici votre mentore ou mentor",
            "mentee_introduced": "Voici l’étudiante ou l’étudiant que vous accompagnez",
            "internship_expiring": "Votre offre se termine : la prolonger ?",
            "application_received": "Une candidature pour votre stage",
            "application_sent": "Votre candidature est arrivée",
            "answer_awaited_company": "Une candidature attend votre réponse",
            "answer_awaited_student": "Une place vous attend : la prenez-vous ?",
            "answer_awaited_school": "Votre convention de stage n’est pas signée",
            "answer_awaited_report": "Comment s’est passé le stage ?",
            "escalation": "Une réponse manque",
            "application_accepted": "Un stage vous est proposé",
            "application_refused": "Une réponse à votre candidature",
            "application_closed": "Votre candidature prend fin",
            "application_gone": "Une candidature prend fin",
            "place_confirmed": "Votre stage a trouvé quelqu’un",
            "place_yours": "La place est à vous",
            "placement_started": "Votre stage commence",
            "pulse_asked": "Comment se passe le stage ?",
            "pulse_bad": "Un stage se passe mal",
            "placement_closed": "Votre stage est terminé",
            "mentor_proposed": "Une mentore ou un mentor à vos côtés ?",
            "duplicates_suggested": "Des offres en double ?",
            "duplicate_contradicted": "Deux réponses se contredisent",
        },
        clicks={
            ("prolong", ""): "Prolonger jusqu’au {day}",
            ("close", "filled_through_us"): "Pourvu grâce à Passerelle",
            ("close", "filled_elsewhere"): "Pourvu autrement",
            ("close", "cancelled"): "Stage annulé",
            ("accept", ""): "Proposer la place",
            ("refuse", "dates"): "Refuser : dates",
            ("refuse", "level"): "Refuser : niveau",
            ("refuse", "skills"): "Refuser : compétences",
            ("refuse", "filled"): "Refuser : déjà pourvu",
            ("refuse", "other"): "Refuser : autre raison",
            ("take", ""): "Prendre la place",
            ("withdraw", ""): "Retirer ma candidature",
            ("pulse", "well"): "Bien",
            ("pulse", "mixed"): "Moyennement",
            ("pulse", "badly"): "Mal",
            ("same", ""): "Une seule offre",
            ("different", ""): "Deux offres différentes",
            ("undecided", ""): "Revenir sur la réponse",
        },
        greeting="Bonjour",
        footer=[
            "Passerelle relie entreprises des infrastructures numériques, lycées, étudiantes et étudiants.",
            "Ce message automatique répond à une demande faite sur Passerelle.",
            "Passerelle sent you this message because of a request made on its site.",
        ],
    ),
    "en": Language(
        weekdays="Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
        months="January February March April May June July August September October November December".split(),
        first="1",
        trades={
            "fibre": "optical fibre",
            "data-centre": "data centres",
            "telecom": "telecoms",
            "radio": "mobile networks",
            "cybersecurity": "cybersecurity",
            "software": "software",
            "works": "civil works",
            "management": "project management",
        },
        subjects={
            "offers_found": "{count} internship{s} near you",
            "visit_scheduled": "A visit is planned on {day}",
            "visit_completed": "Thank you for welcoming {company_name}",
            "mentor_introduced": "Meet your mentor",
            "mentee_introduced": "Meet the student you will mentor",
            "internship_expiring": "Your offer ends soon: prolong it?",
            "application_received": "An application for your internship",
            "application_sent": "Your application has arrived",
            "answer_awaited_company": "An application waits for your answer",
            "answer_awaited_student": "A place waits for you: will you take it?",
            "answer_awaited_school": "Your internship agreement is not signed",
            "answer_awaited_report": "How did the internship go?",
            "escalation": "An answer is missing",
            "application_accepted": "You are offered an internship",
            "application_refused": "An answer to your application",
            "application_closed": "Your application ends",
            "application_gone": "An application ends",
            "place_confirmed": "Your internship has found somebody",
            "place_yours": "The place is yours",
            "placement_started": "Your internship begins",
            "pulse_asked": "How is the internship going?",
            "pulse_bad": "An internship goes badly",
            "placement_closed": "Your internship is over",
            "mentor_proposed": "A mentor at your side?",
            "duplicates_suggested": "Offers sent twice?",
            "duplicate_contradicted": "Two answers contradict each other",
        },
        clicks={
            ("prolong", ""): "Prolong until {day}",
            ("close", "filled_through_us"): "Filled through Passerelle",
            ("close", "filled_elsewhere"): "Filled otherwise",
            ("close", "cancelled"): "Internship cancelled",
            ("accept", ""): "Offer the place",
            ("refuse", "dates"): "Refuse: dates",
            ("refuse", "level"): "Refuse: level",
            ("refuse", "skills"): "Refuse: skills",
            ("refuse", "filled"): "Refuse: filled already",
            ("refuse", "other"): "Refuse: another reason",
            ("take", ""): "Take the place",
            ("withdraw", ""): "Withdraw my application",
            ("pulse", "well"): "Well",
            ("pulse", "mixed"): "So-so",
            ("pulse", "badly"): "Badly",
            ("same", ""): "One offer",
            ("different", ""): "Two different offers",
            ("undecided", ""): "Take back the answer",
        },
        greeting="Hello",
        footer=[
            "Passerelle connects digital-infrastructure companies, schools and students.",
            "This automatic message answers a request made on Passerelle.",
        ],
    ),
}


def _environment(name: str) -> Environment:
    language = LANGUAGES[name]
    environment = Environment(
        loader=PackageLoader("services.notifications"),
        autoescape=select_autoescape(["html.jinja"], default_for_string=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(day=language.day, trade=language.trades.__getitem__)
    environment.globals.update(language=name, greeting=language.greeting, footer=language.footer)
    return environment


LETTER = SMTP.clone(cte_type="7bit")
"""Every server takes it: 8 bits may only be sent to one that offers 8BITMIME (RFC 6152, 2)."""

_environments = {name: _environment(name) for name in LANGUAGES}


def compose(mail: Mail, sender: str, at: datetime, address: AddressOf | None = None) -> EmailMessage:
    """The whole message, with the Message-ID that belongs to this fact and person (RFC 5322, 3.6.4)."""
    message = EmailMessage(policy=LETTER)
    message["Date"] = at
    message["From"] = sender
    message["To"] = Address(f"{mail.to.given_name} {mail.to.family_name}", addr_spec=mail.to.email)
    message["Subject"] = subject(mail)
    message["Message-ID"] = f"<{mail.mail_id}@{message['From'].addresses[0].domain}>"
    message["Auto-Submitted"] = "auto-generated"
    links = _links(mail, address) if address else []
    message.set_content(_render(mail, "txt", links))
    message.add_alternative(_render(mail, "html", links), subtype="html")
    message["Content-Language"] = mail.to.language
    return message


class Link(NamedTuple):
    """What a reader may click, and below which of the letter's paragraphs, from 0; None: below them all."""

    label: str
    address: str
    below: int | None


def _links(mail: Mail, address: AddressOf) -> list[Link]:
    language = LANGUAGES[mail.to.language]
    offered = clicks(mail.template, mail.content, mail.to.participant_id)
    # The first paragraph says what the pairs are; each is a paragraph of its own.
    pairs = [(pair["one"]["offer_id"], pair["other"]["offer_id"]) for pair in mail.content.get("pairs", [])]
    below = {pair: number for number, pair in enumerate(pairs, 1)}
    return [
        Link(_called(language, click), address(click), below.get((str(click.about), click.says))) for click in offered
    ]


def _called(language: Language, click: Click) -> str:
    if click.what == "prolong":
        return language.clicks["prolong", ""].format(day=language.day(click.says))
    return language.clicks.get((click.what, click.says)) or language.clicks[click.what, ""]


def _render(mail: Mail, form: str, links: Sequence[Link]) -> str:
    environment, values = _environments[mail.to.language], {"to": mail.to, "subject": subject(mail)}
    if letter := getattr(environment.get_template(f"{mail.to.language}/letters.jinja").module, mail.template, None):
        return environment.get_template(f"letter.{form}.jinja").render(
            values, paragraphs=_paragraphs(mail, letter), links=links
        )
    template = environment.get_template(f"{mail.to.language}/{mail.template}.{form}.jinja")
    return template.render(values, **mail.content, about=mail.about)


def _paragraphs(mail: Mail, letter: Any) -> list[str]:
    told = letter(mail.content, mail.about) if mail.about else letter(mail.content)
    # Spaces that do not break stay: a date or a mark must not begin a line.
    return [re.sub(r"[ \n]+", " ", paragraph).strip() for paragraph in str(told).strip().split("\n\n")]


def subject(mail: Mail) -> str:
    """The subject line."""
    language, offers = LANGUAGES[mail.to.language], mail.content.get("offers", [])
    return language.subjects[mail.template].format(
        count=len(offers),
        s="s" if len(offers) > 1 else "",
        day=language.day(mail.content["held_on"]) if "held_on" in mail.content else "",
        company_name=mail.content.get("company_name", ""),
    )
