"""An e-mail from its template: French first, a text and an HTML part, nothing hidden."""

from datetime import date
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from services.notifications.domain import Mail

MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(" ")
TRADES = {
    "fibre": "fibre optique",
    "data-centre": "centre de données",
    "telecom": "télécoms",
    "radio": "réseaux mobiles",
    "cybersecurity": "cybersécurité",
    "software": "logiciel",
    "works": "travaux",
    "management": "gestion de projet",
}
SUBJECTS = {
    "offers_found": "{count} stage{s} près de chez vous",
    "visit_scheduled": "Une visite est prévue le {day}",
    "visit_completed": "Merci d’avoir accueilli {company_name}",
    "mentor_introduced": "Voici votre mentore ou mentor",
    "mentee_introduced": "Voici l’étudiante ou l’étudiant que vous accompagnez",
}


def french_day(value: str) -> str:
    """2027-01-12 as « 12 janvier 2027 »."""
    day = date.fromisoformat(value)
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


_templates = Environment(
    loader=PackageLoader("services.notifications"),
    autoescape=select_autoescape(["html.jinja"], default_for_string=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters["day"] = french_day
_templates.filters["trade"] = TRADES.__getitem__


def compose(mail: Mail, sender: str) -> EmailMessage:
    """The whole message, with the Message-ID that belongs to this fact and person (RFC 5322, 3.6.4)."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = Address(f"{mail.to.given_name} {mail.to.family_name}", addr_spec=mail.to.email)
    message["Subject"] = subject(mail)
    message["Message-ID"] = f"<{mail.mail_id}@passerelle.example>"
    message["Auto-Submitted"] = "auto-generated"
    values: dict[str, Any] = {**mail.content, "to": mail.to, "about": mail.about, "subject": subject(mail)}
    message.set_content(_templates.get_template(f"{mail.template}.txt.jinja").render(values))
    message.add_alternative(_templates.get_template(f"{mail.template}.html.jinja").render(values), subtype="html")
    return message


def subject(mail: Mail) -> str:
    """The subject line."""
    offers = mail.content.get("offers", [])
    day = french_day(mail.content["held_on"]) if "held_on" in mail.content else ""
    return SUBJECTS[mail.template].format(
        count=len(offers),
        s="s" if len(offers) > 1 else "",
        day=day,
        company_name=mail.content.get("company_name", ""),
    )
