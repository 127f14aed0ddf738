"""What the sample offers say; the job codes are ROME's."""

from typing import NamedTuple


class Job(NamedTuple):
    """A kind of internship: its title, what one does there, and who it is for."""

    title: str
    trade: str
    levels: tuple[int, ...]
    rome: str
    work: str


JOBS = (
    Job("Technicienne ou technicien fibre optique (F/H)", "fibre", (3, 4), "I1307", "raccorder des foyers à la fibre"),
    Job("Monteuse-câbleuse ou monteur-câbleur réseaux (F/H)", "fibre", (3, 4), "F1605", "tirer et souder des câbles"),
    Job("Dessinatrice ou dessinateur réseaux fibre (F/H)", "fibre", (4, 5), "F1104", "tracer les plans d’un quartier"),
    Job("Conductrice ou conducteur de travaux réseaux (F/H)", "works", (5, 6), "F1201", "suivre un chantier de fibre"),
    Job("Assistante ou assistant bureau d’études (F/H)", "works", (5, 6), "F1106", "préparer des dossiers de voirie"),
    Job(
        "Technicienne ou technicien de centre de données (F/H)",
        "data-centre",
        (4, 5),
        "M1810",
        "veiller sur des salles",
    ),
    Job(
        "Technicienne ou technicien climatisation (F/H)",
        "data-centre",
        (4, 5),
        "I1306",
        "mesurer le froid des serveurs",
    ),
    Job("Électrotechnicienne ou électrotechnicien (F/H)", "data-centre", (4, 5), "I1309", "contrôler des onduleurs"),
    Job("Ingénieure ou ingénieur radio (F/H)", "radio", (6, 7), "M1804", "mesurer la couverture 5G d’un département"),
    Job("Technicienne ou technicien pylônes et antennes (F/H)", "radio", (4, 5), "I1307", "vérifier des sites mobiles"),
    Job(
        "Développeuse ou développeur d’outils réseau (F/H)", "software", (5, 6, 7), "M1805", "écrire une carte en ligne"
    ),
    Job("Géomaticienne ou géomaticien réseaux (F/H)", "software", (5, 6), "M1808", "croiser adresses et tracés"),
    Job("Analyste en cybersécurité (F/H)", "cybersecurity", (6, 7), "M1802", "étudier des journaux d’événements"),
    Job("Administratrice ou administrateur systèmes (F/H)", "cybersecurity", (5, 6), "M1801", "durcir des serveurs"),
    Job("Chargée ou chargé d’études télécoms (F/H)", "telecom", (5, 6), "M1804", "dimensionner un réseau de collecte"),
    Job("Assistante ou assistant de projet (F/H)", "management", (5, 6), "M1806", "coordonner élus et équipes"),
)
OPENINGS = (
    "Au sein de notre équipe, vous allez {work}.",
    "Votre mission : {work}, d’abord en binôme puis à votre rythme.",
    "Avec une professionnelle ou un professionnel du métier, vous apprendrez à {work}.",
)
WELCOME = (
    "Une tutrice ou un tuteur vous accompagne dès le premier jour.",
    "Aucune expérience n’est attendue : l’envie d’apprendre suffit.",
    "L’équipe compte douze personnes ; le site est accessible en transports.",
    "Vous découvrirez le métier auprès de plusieurs collègues.",
    "Équipements, vestiaires et chaussures de sécurité existent à toutes les tailles.",
    "Un bilan à mi-parcours aide à préparer la suite de vos études.",
)
