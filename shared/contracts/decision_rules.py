"""The rules that depend on the day or on what came before, and by rule what to do, in French and in English."""

Remedy = tuple[str, str]
"""What to do, in French and in English."""

DECISIONS: dict[str, Remedy] = {
    "in_the_past": (
        "Cette date est passée : donnez la date du jour ou une date à venir, ou retirez ce champ s'il est facultatif.",
        "This date has passed: give today's or a later one, or leave the field out if it is optional.",
    ),
    "in_the_future": (
        "Cette date est à venir : envoyez ce compte rendu une fois que la visite a eu lieu.",
        "This date is still to come: send this report once the visit has taken place.",
    ),
    "version_reused": (
        "Donnez un numéro de version plus grand à chaque changement.",
        "Give a greater version number with each change.",
    ),
    "unknown_visit": (
        "Indiquez l'identifiant de visite reçu dans VisitConfirmed.",
        "Give the visit's id as received in VisitConfirmed.",
    ),
    "not_scheduled_then": (
        "Donnez le jour de la visite : au plus tôt 30 jours avant le jour convenu, au plus tard aujourd'hui.",
        "Give the day of the visit: at the earliest 30 days before the day agreed, at the latest today.",
    ),
    "already_reported": (
        "Ce compte rendu existe déjà avec d'autres chiffres : écrivez à la coordination.",
        "This report already exists with other figures: write to the coordinators.",
    ),
    "visit_scheduled": (
        "Cette demande a déjà sa visite : convenez du changement avec l'entreprise, ou faites une autre demande.",
        "This request already has its visit: agree on the change with the company, or make another request.",
    ),
    "unknown_offer": (
        "Aucune offre ne porte cette référence : envoyez d'abord l'offre (InternshipOffered).",
        "No offer has this reference: send the offer first (InternshipOffered).",
    ),
    "not_open": (
        "Cette offre n'est plus ouverte : pour la rouvrir, envoyez-en une version plus récente (InternshipOffered).",
        "This offer is no longer open: to open it again, send a newer version of it (InternshipOffered).",
    ),
    "not_later": (
        "Donnez un jour plus tardif que le dernier jour actuel pour candidater.",
        "Give a later day than the present last day to apply.",
    ),
    "after_the_end": (
        "Donnez un jour qui ne suive pas le dernier jour du stage.",
        "Give a day that is not after the internship's last day.",
    ),
    "not_the_contact": (
        "Seule la personne que l'offre désigne comme contact peut répondre pour elle.",
        "Only the person whom the offer names as its contact may answer for it.",
    ),
    "already_applied": (
        "Cette personne a déjà une candidature en cours pour cette offre : suivez la première.",
        "This student already has an application for this offer: follow the first one.",
    ),
    "unknown_application": (
        "Indiquez l'identifiant de candidature reçu dans ApplicationReceived, avec la référence de son offre.",
        "Give the application's id as received in ApplicationReceived, with its offer's reference.",
    ),
    "older_decision": (
        "Une décision plus récente est connue : elle seule compte.",
        "A later decision is known: it alone counts.",
    ),
    "application_ended": (
        "Cette candidature est terminée ou la place est déjà prise : il n'y a plus rien à décider.",
        "This application has ended, or the place is already taken: nothing is left to decide.",
    ),
    "no_seat_left": (
        "Toutes les places de cette offre sont promises : augmentez le nombre de places (seats), ou refusez "
        "la candidature.",
        "All seats of this offer are promised: raise its number of seats (seats), or refuse the application.",
    ),
    "no_place_offered": (
        "Aucune place n'est proposée pour cette candidature.",
        "No place is offered for this application.",
    ),
    "not_the_student": (
        "Seule la personne qui a candidaté peut répondre pour sa candidature.",
        "Only the student who applied may answer for her application.",
    ),
    "place_not_taken": (
        "La convention suit la place prise par l'étudiante (PlaceTaken).",
        "The convention follows the student's taking her place (PlaceTaken).",
    ),
    "not_of_this_placement": (
        "Seules l'étudiante et la personne qui l'accueille peuvent dire comment le stage se passe.",
        "Only the student and the company's contact may say how the placement goes.",
    ),
    "no_placement": (
        "Aucune convention n'est connue pour cette candidature : il n'y a pas de stage dont rendre compte.",
        "No convention is known for this application: there is no placement to report on.",
    ),
    "not_in_the_placement": (
        "Donnez le dernier jour de présence : au plus tôt le premier jour convenu, au plus tard aujourd'hui.",
        "Give the last day of presence: the first day agreed at the earliest, today at the latest.",
    ),
    "one_person_one_reference": (
        "Une référence désigne une seule personne, et une personne n'a qu'une référence : gardez la première.",
        "A reference names one person, and a person has one reference: keep the first one.",
    ),
}
"""Rules that depend on the day or on what was submitted before."""
