"""The rules of law, and by rule what to do, in French and in English; each cites its article."""

from .decision_rules import Remedy

LAW: dict[str, Remedy] = {
    "too_many_hours": (
        "Raccourcissez le stage ou la semaine : {allowed} heures de présence au plus dans un même organisme "
        "par année d'enseignement (Code de l'éducation, L124-5 et D124-6).",
        "Shorten the internship or its week: at most {allowed} hours of presence with one company in a "
        "teaching year (Code de l'éducation, L124-5 and D124-6).",
    ),
    "gratification_missing": (
        "Indiquez une gratification d'au moins {least} € de l'heure : elle est due dès la première heure au-"
        "delà de 308 heures de présence (Code de l'éducation, L124-6 et D124-8).",
        "Give a gratification of at least {least} euros an hour: it is due from the first hour where there "
        "are more than 308 hours of presence (Code de l'éducation, L124-6 and D124-8).",
    ),
    "gratification_too_low": (
        "Portez la gratification à {least} € de l'heure au moins (Code de l'éducation, L124-6 et D124-8).",
        "Raise the gratification to at least {least} euros an hour (Code de l'éducation, L124-6 and D124-8).",
    ),
    "observation_too_long": (
        "Raccourcissez la période : {days} jours au plus pour ce cadre (Code de l'éducation, D331-5, D331-6, "
        "D333-3-1 et L332-3-1).",
        "Shorten the period: at most {days} days for this regime (Code de l'éducation, D331-5, D331-6, "
        "D333-3-1 and L332-3-1).",
    ),
    "minors_week": (
        "Prévoyez 35 heures par semaine au plus pour qui a moins de dix-huit ans (Code du travail, L3162-1).",
        "Plan at most 35 hours a week for whoever is under eighteen (Code du travail, L3162-1).",
    ),
    "perhaps_too_many_hours": (
        "Vérifiez la durée : plus de {allowed} heures de présence par année d'enseignement seraient "
        "interdites (Code de l'éducation, L124-5 et D124-6).",
        "Check the duration: more than {allowed} hours of presence in a teaching year would be forbidden "
        "(Code de l'éducation, L124-5 and D124-6).",
    ),
    "gratification_perhaps_due": (
        "Vérifiez les heures de présence : au-delà de 308, une gratification d'au moins {least} € de l'heure "
        "est due (Code de l'éducation, L124-6 et D124-8).",
        "Check the hours of presence: above 308 a gratification of at least {least} euros an hour is due "
        "(Code de l'éducation, L124-6 and D124-8).",
    ),
    "gratification_perhaps_too_low": (
        "Vérifiez la gratification : le dernier minimum connu est de {least} € de l'heure (Code de "
        "l'éducation, D124-8).",
        "Check the gratification: the last minimum known is {least} euros an hour (Code de l'éducation, D124-8).",
    ),
}
"""Violations, and doubts that are told as warnings."""
