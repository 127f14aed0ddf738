"""Why a document's job is no offer yet, by rule, and what to do about it in French and in English.

These are told before anything is sent; the contract's own rules (`shared.contracts.rules`) are those of verdicts.
"""

from ....contracts.feedback import Problem
from .. import texts
from ..drafts import Note

REMEDIES = {
    "not_an_internship": (
        "Seuls les stages sont acceptés. Si c'en est un, indiquez-le : employmentType « INTERN », contrat « Stage ».",
        "Only internships are taken. If it is one, say so: employmentType INTERN, contract type internship.",
    ),
    "offer_closed": (
        "Retirez cette offre du document, ou rouvrez-la.",
        "Take this offer out of the document, or open it again.",
    ),
    "in_the_past": (
        "Indiquez une date à venir, ou retirez cette offre du document.",
        "Give a date to come, or take this offer out of the document.",
    ),
    "reference_repeated": (
        "Deux offres différentes portent cette référence : donnez à chacune la sienne.",
        "Two different offers have this reference: give each its own.",
    ),
    "duration_unreadable": (
        "Donnez une seule durée, sous la forme P6M (six mois) ou « 6 mois ».",
        'Give one duration, as P6M (six months) or "6 months".',
    ),
    "start_needed": (
        "Donnez d'abord une date de début : la fin se compte à partir d'elle.",
        "Give a start date first: the end is counted from it.",
    ),
    "not_in_france": (
        "Seuls les stages en France sont acceptés ; vérifiez le pays de l'adresse.",
        "Only internships in France are taken; check the country of the address.",
    ),
    "city_unreadable": (
        "Donnez la ville seule, et le code postal à part.",
        "Give the city alone, and the postal code apart.",
    ),
    "departement_unknown": (
        "Ajoutez le code postal à l'adresse, ou fixez « place.departement » dans le fichier de correspondance.",
        "Add the postal code to the address, or set place.departement in the mapping file.",
    ),
    "postal_code_unknown": (
        "Vérifiez ce code postal : il n'est celui d'aucun département (Saint-Martin, Saint-Barthélemy et le Pacifique "
        "n'en sont pas).",
        "Check this postal code: it is no département's (Saint-Martin, Saint-Barthélemy and the Pacific are none).",
    ),
    "text_broken": (
        "Ce texte contient un caractère coupé en deux : exportez de nouveau le document en UTF-8.",
        "This text holds half a character: export the document again in UTF-8.",
    ),
    "json_unreadable": (
        "Corrigez le JSON à l'endroit indiqué.",
        "Correct the JSON at the place shown.",
    ),
    "xml_unreadable": (
        "Corrigez le XML à l'endroit indiqué.",
        "Correct the XML at the place shown.",
    ),
    "xml_entities": (
        "Retirez du fichier les entités déclarées (<!ENTITY …>) : écrivez les caractères eux-mêmes, en UTF-8.",
        "Take the declared entities (<!ENTITY …>) out of the file: write the characters themselves, in UTF-8.",
    ),
    "too_deep": (
        "Ce document imbrique trop d'éléments : exportez-le de nouveau, sans ces niveaux.",
        "This document nests too many elements: export it again without these levels.",
    ),
    "too_large": (
        "Ce document est trop grand : découpez-le.",
        "This document is too large: cut it into several.",
    ),
    "no_job_posting": (
        "Ajoutez à la page un script application/ld+json avec un JobPosting, ou donnez l'adresse de la page d'une "
        "offre.",
        "Add an application/ld+json script with a JobPosting to the page, or give the address of one offer's page.",
    ),
    "microdata_only": (
        "La page décrit l'offre en microdonnées ou RDFa : ajoutez la même description en JSON-LD.",
        "The page describes the offer in microdata or RDFa: add the same description as JSON-LD.",
    ),
    "no_offers": (
        "Ce document ne contient aucune offre : vérifiez que c'est le bon fichier.",
        "This document holds no offer: check that it is the right file.",
    ),
    "feed_of_addresses": (
        "Ce fichier ne donne que des adresses de pages : donnez l'adresse web de ce flux, les pages seront lues.",
        "This file gives only addresses of pages: give the web address of this feed, and its pages are read.",
    ),
    "format_unknown": (
        "Donnez une page HTML, du JSON (JobPosting, France Travail, HR Open) ou du XML (Indeed, LinkedIn, Recruitee, "
        "Personio).",
        "Give an HTML page, JSON (JobPosting, France Travail, HR Open) or XML (Indeed, LinkedIn, Recruitee, Personio).",
    ),
    "page_gone": (
        "Cette page n'existe plus : retirez l'offre, ou corrigez l'adresse.",
        "This page no longer exists: withdraw the offer, or correct the address.",
    ),
    "page_refused": (
        "Le site a refusé la page : vérifiez que l'adresse s'ouvre sans mot de passe, puis réessayez.",
        "The site refused the page: check that the address opens without a password, then try again.",
    ),
    "page_unreachable": (
        "Le site ne répond pas : vérifiez l'adresse et le réseau, puis réessayez.",
        "The site does not answer: check the address and the network, then try again.",
    ),
    "page_too_slow": (
        "Le site répond trop lentement : réessayez plus tard.",
        "The site answers too slowly: try again later.",
    ),
    "page_not_trusted": (
        "Le certificat TLS du site n'est pas valable : faites-le renouveler.",
        "The site's TLS certificate is not valid: have it renewed.",
    ),
    "page_redirects": (
        "L'adresse renvoie sans fin à d'autres : donnez l'adresse finale.",
        "The address sends on and on: give the final address.",
    ),
    "page_not_text": (
        "Cette adresse ne donne ni page HTML, ni JSON, ni XML : donnez celle de l'offre ; un tableau, téléchargez-le.",
        "This address gives no HTML page, JSON or XML: give the offer's; a table, download it.",
    ),
    "address_unusable": (
        "Donnez une adresse complète qui commence par https:// ou http://.",
        "Give a whole address that begins with https:// or http://.",
    ),
}


def problem(field: str, rule: str, found: object, remedies: Note | None = None) -> Problem:
    """A problem of one of the rules; `field` is the contract's, or where no field is concerned the document's path."""
    return texts.problem(field, rule, found, remedies or REMEDIES.get(rule))
