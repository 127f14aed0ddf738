"""How people call what the contracts name: fields, kinds and values, in French, in English and otherwise."""

from collections.abc import Mapping
from functools import cache

from rapidfuzz import process

from ...contracts.event import Event
from .drafts import Note
from .leaves import Leaf, leaves
from .texts import Lang
from .words import level, trade
from .words.plain import plain

SHEETS = {
    "InternshipOffered": ("Stages", "Internships"),
    "InternshipWithdrawn": ("Retraits", "Withdrawals"),
    "InternshipPaused": ("Pauses", "Pauses of internships"),
    "InternshipResumed": ("Reprises", "Resumptions"),
    "InternshipProlonged": ("Prolongations", "Extensions"),
    "ApplicationDecided": ("Réponses", "Answers"),
    "PlacementEnded": ("Bilans", "Placements ended"),
    "VisitOffered": ("Visites", "Visits"),
    "VisitReported": ("Comptes rendus", "Reports"),
    "MentorOffered": ("Mentorat", "Mentors"),
}
"""A kind's sheet in the template."""

FIELDS: dict[str, tuple[str, ...]] = {
    "siren": ("SIREN", "SIREN", "numero siren", "n siren", "siren entreprise", "siren number"),
    "reference": ("Référence", "Reference", "ref", "id", "identifiant", "numero", "code", "reference interne",
                  "reference offre", "reference de l offre", "id offre", "job id", "offer id", "requisition id"),
    "version": ("Version", "Version", "numero de version", "revision", "version number"),
    "title": ("Intitulé", "Title", "titre", "intitule du stage", "intitule du poste", "intitule de l offre", "poste",
              "sujet", "titre du stage", "titre de l offre", "job title", "libelle", "nom du poste"),
    "description": ("Description", "Description", "descriptif", "missions", "mission", "texte", "contenu",
                    "description du stage", "description du poste", "descriptif du poste", "job description", "detail"),
    "company_name": ("Nom de l'entreprise", "Company name", "entreprise", "societe", "raison sociale", "employeur",
                     "company", "nom societe", "organisme d accueil", "employer"),
    "place.city": ("Ville", "City", "lieu", "ville du stage", "lieu du stage", "localite", "lieu de travail", "town",
                   "location", "site"),
    "place.departement": ("Département", "Département code", "dept", "dpt", "dep", "code departement",
                          "numero de departement", "n departement", "department code"),
    "place.commune": ("Code INSEE de la commune", "INSEE commune code", "code insee", "insee", "commune insee",
                      "code commune", "code insee commune"),
    "starts_on": ("Date de début", "Start date", "debut", "du", "date debut", "debut du stage", "date de debut stage",
                  "date d entree", "date de demarrage", "start", "starts on", "from", "begin date"),
    "ends_on": ("Date de fin", "End date", "fin", "au", "date fin", "fin du stage", "date de fin stage",
                "date de sortie", "end", "ends on", "to", "until"),
    "weekly_hours": ("Heures par semaine", "Weekly hours", "duree hebdomadaire", "heures hebdo", "temps de travail",
                     "hours per week", "nombre d heures par semaine", "horaire hebdomadaire", "h semaine"),
    "level": ("Niveau de diplôme", "Diploma level", "niveau", "niveau d etudes", "niveau etude", "niveau requis",
              "diplome", "formation", "level", "niveau de formation", "degree", "education level"),
    "seats": ("Nombre de places", "Places", "places", "postes", "nombre de postes", "nb places", "nb postes",
              "effectif", "openings", "seats", "nombre de stagiaires"),
    "hourly_pay": ("Gratification horaire (€)", "Hourly pay (€)", "gratification", "gratification horaire",
                   "remuneration horaire", "taux horaire", "indemnite", "hourly pay", "pay", "remuneration"),
    "trade": ("Métier", "Trade", "domaine", "filiere", "secteur", "famille de metier", "domaine metier", "trade",
              "field", "category", "categorie"),
    "trades": ("Métiers", "Trades", "domaines", "filieres", "expertises", "competences", "fields"),
    "rome": ("Code ROME", "ROME code", "rome", "code metier", "code rome v4"),
    "siret": ("SIRET", "SIRET", "numero siret", "n siret", "siret etablissement", "etablissement"),
    "valid_through": ("Candidater jusqu'au", "Apply until", "date limite", "date limite de candidature", "cloture",
                      "date de cloture", "valid through", "expiration", "deadline", "closing date"),
    "regime": ("Cadre légal", "Regime", "cadre", "type de stage", "regime", "type of internship"),
    "contact_id": ("Identifiant du contact", "Contact id", "id contact", "contact"),
    "reason": ("Motif", "Reason", "raison", "motif du retrait", "cause", "motif de retrait"),
    "format": ("Format", "Format", "type de visite", "forme", "type d intervention", "format de visite"),
    "days": ("Jours possibles", "Possible days", "jours", "dates", "dates possibles", "date", "disponibilites", "days"),
    "departements": ("Départements", "Départements codes", "departements couverts", "zones", "zone geographique",
                     "departments"),
    "levels": ("Classes", "Classes", "niveaux", "niveaux scolaires", "classes concernees", "levels", "school levels"),
    "largest_group": ("Nombre d'élèves au plus", "Largest group", "effectif maximum", "nombre maximum d eleves",
                      "taille maximale", "groupe maximum", "capacite maximum", "max pupils"),
    "visit_id": ("Identifiant de la visite", "Visit id", "id visite", "visite", "visit"),
    "held_on": ("Date de la visite", "Day of the visit", "date", "jour de la visite", "date visite", "held on"),
    "pupils": ("Nombre d'élèves", "Pupils", "eleves", "nb eleves", "effectif", "nombre d eleves rencontres"),
    "girls": ("Dont filles", "Girls", "filles", "nombre de filles", "nb filles", "dont nombre de filles"),
    "comment": ("Commentaire", "Comment", "commentaires", "remarques", "observations", "notes", "comments"),
    "mentor_id": ("Identifiant de la mentore ou du mentor", "Mentor id", "id mentor", "id mentore", "mentor"),
    "departement": ("Département", "Département code", "dept", "dpt", "dep", "code departement", "department code"),
    "capacity": ("Nombre de mentorées au plus", "Capacity", "capacite", "nombre de mentorees", "places", "max mentees"),
    "application_id": ("Identifiant de la candidature", "Application id", "id candidature", "candidature"),
    "decision": ("Décision", "Decision", "reponse", "avis"),
    "decided_at": ("Date et heure de la décision", "Decided at", "date de decision", "date decision"),
    "outcome": ("Issue du stage", "Outcome", "issue", "fin de stage"),
    "ended_on": ("Dernier jour de présence", "Last day of presence", "dernier jour", "date de fin reelle"),
    "hours": ("Heures de présence", "Hours of presence", "heures", "nombre d heures de presence"),
    "ended_by": ("Décision de", "Ended by", "a l initiative de", "initiative"),
    "hired": ("Embauche", "Hired", "recrutement", "suite"),
    "remote": ("À distance", "Remote", "distance", "a distance possible", "visio", "distanciel", "teletravail"),
}  # fmt: skip
"""By path: the French label, the English one, then what else companies call it."""

VALUES: dict[str, tuple[str, ...]] = trade.NAMES | {
    "filled_through_us": ("Pourvu grâce à Passerelle", "Filled through Passerelle", "pourvu par passerelle",
                          "pourvu avec passerelle"),
    "filled_elsewhere": ("Pourvu autrement", "Filled elsewhere", "pourvu", "pourvue", "pourvu ailleurs", "filled"),
    "cancelled": ("Annulé", "Cancelled", "annulee", "annulation", "abandonne", "canceled", "supprime"),
    "accepted": ("Acceptée", "Accepted", "accepte", "oui", "retenue", "yes"),
    "refused": ("Refusée", "Refused", "refuse", "non", "non retenue", "no thanks"),
    "dates": ("Dates", "Dates", "dates incompatibles"),
    "level": ("Niveau", "Level", "niveau d etudes different"),
    "skills": ("Compétences", "Skills", "profil"),
    "other": ("Autre", "Other", "autre raison"),
    "completed": ("Allé à son terme", "Completed", "termine", "mene a son terme"),
    "broken_off": ("Interrompu", "Broken off", "rompu", "arrete"),
    "not_started": ("Pas commencé", "Not started", "jamais commence", "pas venue"),
    "permanent": ("CDI", "Permanent contract", "contrat a duree indeterminee"),
    "fixed_term": ("CDD", "Fixed-term contract", "contrat a duree determinee"),
    "apprenticeship": ("Apprentissage", "Apprenticeship", "alternance"),
    "testimony": ("Témoignage", "Testimony", "temoignage en classe", "temoignage metier", "talk"),
    "workshop": ("Atelier", "Workshop", "atelier pratique", "travaux pratiques"),
    "round_table": ("Table ronde", "Round table", "debat", "panel"),
    "site_visit": ("Visite de site", "Site visit", "visite d entreprise", "visite de chantier", "visite du site"),
    "forum": ("Forum", "Forum", "forum des metiers", "salon", "fair"),
    "4e": ("4e", "4e", "quatrieme", "4eme"),
    "3e": ("3e", "3e", "troisieme", "3eme"),
    "2de": ("2de", "2de", "seconde", "2nde"),
    "1re": ("1re", "1re", "premiere", "1ere"),
    "Tle": ("Tle", "Tle", "terminale", "term"),
    "BTS": ("BTS", "BTS", "bts 1", "bts 2", "section de technicien superieur"),
}  # fmt: skip
"""By value of a closed list: the French label, the English one, then what else companies write."""

YES = frozenset("oui yes o y vrai true 1 x ok".split())
NO = frozenset("non no n faux false 0".split())
LANGS: tuple[Lang, Lang] = ("fr", "en")


def label(leaf: Leaf, lang: Lang) -> str:
    """A field's name for people."""
    known = FIELDS.get(leaf.path) or FIELDS.get(leaf.name)
    return known[lang == "en"] if known else leaf.title


def sheet(kind: type[Event], lang: Lang) -> str:
    """A kind's name for people, and its sheet's: 31 characters at most (Excel's bound)."""
    known = SHEETS.get(kind.__name__)
    return known[lang == "en"] if known else kind.__name__[:31]


def sheets(kind: type[Event]) -> set[str]:
    """A kind's sheets in plain words, in either language."""
    return {plain(sheet(kind, "fr")), plain(sheet(kind, "en"))}


def choices(leaf: Leaf, lang: Lang) -> Mapping[str, str]:
    """A closed list's values by their labels; empty where any value is taken."""
    if leaf.name == "level":
        return {names[lang == "en"]: str(value) for value, names in level.NAMES.items() if _between(leaf, value)}
    return {VALUES.get(value, (value, value))[lang == "en"]: value for value in leaf.values}


@cache
def meanings(leaf: Leaf) -> Mapping[str, str]:
    """A closed list's values by everything that names them, in plain words."""
    listed = {plain(said): value for lang in LANGS for said, value in choices(leaf, lang).items()}
    said = {plain(name): value for value in leaf.values for name in VALUES.get(value, ())}
    return said | listed | {plain(value): value for value in listed.values()}


def suggestions(text: str, leaf: Leaf) -> tuple[str, str]:
    """For a value that is not in a closed list: the nearest one, then all of it."""
    near = process.extractOne(plain(text[:80]), meanings(leaf).keys(), score_cutoff=70)
    value = meanings(leaf)[near[0]] if near else None
    french, english = (next((said for said, one in choices(leaf, lang).items() if one == value), "") for lang in LANGS)
    every_fr, every_en = (", ".join(choices(leaf, lang)) for lang in LANGS)
    return (
        (f"Vouliez-vous dire « {french} » ? " if near else "") + f"Choisissez dans la liste : {every_fr} ; "
        "ou donnez à ce texte sa valeur dans le fichier de correspondance.",
        (f"Did you mean “{english}”? " if near else "") + f"Choose from the list: {every_en}; "
        "or give this text its value in the mapping file.",
    )


def of_field(leaf: Leaf, note: Note) -> Note:
    """A note on a field, which it names."""
    return f"{label(leaf, 'fr')} : {note[0]}", f"{label(leaf, 'en')}: {note[1]}"


@cache
def names(kind: type[Event]) -> Mapping[str, str]:
    """A kind's leaves by everything that companies call them, in plain words; the first to claim a name has it."""
    found: dict[str, str] = {}
    known = {path: FIELDS.get(path) or FIELDS.get(leaf.name, ()) for path, leaf in leaves(kind).items()}
    for path in known:
        found.setdefault(plain(path), path)
    for place in range(max(map(len, known.values()))):
        for path, called in known.items():
            found.setdefault(plain(called[place]) if place < len(called) else plain(path), path)
    for path, leaf in leaves(kind).items():
        found.setdefault(plain(leaf.title), path)
    return found


def _between(leaf: Leaf, value: int) -> bool:
    return (leaf.low or value) <= value <= (leaf.high or value)
