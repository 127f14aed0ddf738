"""Where a job is: a département from a postal code or a name, never from a commune's code."""

import re

from ....contracts.fields import COMMUNE_FORM
from .plain import bare

NAMES = """01 Ain;02 Aisne;03 Allier;04 Alpes-de-Haute-Provence;05 Hautes-Alpes;06 Alpes-Maritimes;07 Ardèche;
08 Ardennes;09 Ariège;10 Aube;11 Aude;12 Aveyron;13 Bouches-du-Rhône;14 Calvados;15 Cantal;16 Charente;
17 Charente-Maritime;18 Cher;19 Corrèze;21 Côte-d'Or;22 Côtes-d'Armor;23 Creuse;24 Dordogne;25 Doubs;26 Drôme;27 Eure;
28 Eure-et-Loir;29 Finistère;2A Corse-du-Sud;2B Haute-Corse;30 Gard;31 Haute-Garonne;32 Gers;33 Gironde;34 Hérault;
35 Ille-et-Vilaine;36 Indre;37 Indre-et-Loire;38 Isère;39 Jura;40 Landes;41 Loir-et-Cher;42 Loire;43 Haute-Loire;
44 Loire-Atlantique;45 Loiret;46 Lot;47 Lot-et-Garonne;48 Lozère;49 Maine-et-Loire;50 Manche;51 Marne;52 Haute-Marne;
53 Mayenne;54 Meurthe-et-Moselle;55 Meuse;56 Morbihan;57 Moselle;58 Nièvre;59 Nord;60 Oise;61 Orne;62 Pas-de-Calais;
63 Puy-de-Dôme;64 Pyrénées-Atlantiques;65 Hautes-Pyrénées;66 Pyrénées-Orientales;67 Bas-Rhin;68 Haut-Rhin;69 Rhône;
70 Haute-Saône;71 Saône-et-Loire;72 Sarthe;73 Savoie;74 Haute-Savoie;75 Paris;76 Seine-Maritime;77 Seine-et-Marne;
78 Yvelines;79 Deux-Sèvres;80 Somme;81 Tarn;82 Tarn-et-Garonne;83 Var;84 Vaucluse;85 Vendée;86 Vienne;87 Haute-Vienne;
88 Vosges;89 Yonne;90 Territoire de Belfort;91 Essonne;92 Hauts-de-Seine;93 Seine-Saint-Denis;94 Val-de-Marne;
95 Val-d'Oise;971 Guadeloupe;972 Martinique;973 Guyane;974 La Réunion;974 Réunion;976 Mayotte"""
CITIES = """75 Paris;13 Marseille;69 Lyon;31 Toulouse;06 Nice;44 Nantes;34 Montpellier;67 Strasbourg;33 Bordeaux;
59 Lille;35 Rennes;51 Reims;83 Toulon;42 Saint-Étienne;76 Le Havre;38 Grenoble;21 Dijon;49 Angers;69 Villeurbanne;
30 Nîmes;63 Clermont-Ferrand;13 Aix-en-Provence;72 Le Mans;29 Brest;37 Tours;80 Amiens;87 Limoges;74 Annecy;
66 Perpignan;92 Boulogne-Billancourt;57 Metz;25 Besançon;45 Orléans;76 Rouen;68 Mulhouse;14 Caen;54 Nancy;92 Nanterre;
86 Poitiers;84 Avignon;59 Dunkerque;64 Pau;17 La Rochelle;92 Courbevoie;06 Sophia Antipolis;22 Lannion;56 Vannes;
56 Lorient;29 Quimper;2A Ajaccio;2B Bastia;62 Calais;78 Vélizy-Villacoublay;91 Palaiseau;92 Issy-les-Moulineaux;
92 La Défense;91 Évry-Courcouronnes;78 Versailles;10 Troyes;16 Angoulême;79 Niort;85 La Roche-sur-Yon;02 Laon"""
REGIONS = frozenset(
    "auvergne rhone alpes;bourgogne franche comte;bretagne;centre val de loire;corse;grand est;hauts de france;"
    "ile de france;normandie;nouvelle aquitaine;occitanie;pays de la loire;provence alpes cote d'azur;paca".split(";")
)
CITY = re.compile(r"\D{2,80}(?:\s\d{1,2}(?:er|e|ème)?)?")
"""A name, with an arrondissement where it has one; a street begins with its number."""
FRANCE = frozenset("fr fra france frankreich francia gp mq gf re yt guadeloupe martinique guyane mayotte".split()) | {
    "la réunion",
    "réunion",
    "france métropolitaine",
    "république française",
    "fr-france",
}


def place_name(name: str) -> str:
    """A place's name for comparing: lower case, without accents, dashes or an arrondissement."""
    words = bare(name).replace("-", " ")
    return " ".join(re.sub(r"\b(?:\d{1,2}(?:er|e|eme)?|cedex|arrondissement)\b", " ", words).split()).replace(
        "st ", "saint "
    )


BY_NAME = {place_name(entry.strip().split(" ", 1)[1]): entry.strip().split(" ", 1)[0] for entry in NAMES.split(";")}
BY_CITY = {place_name(entry.strip().split(" ", 1)[1]): entry.strip().split(" ", 1)[0] for entry in CITIES.split(";")}
CODES = frozenset(BY_NAME.values())


def departement_of_postal_code(code: str) -> str | None:
    """The département whose post office serves a postal code: Corsica by its third digit, overseas by three digits.

    In about a hundred places on a border the post office lies in the next département, so this is told as a guess.
    Saint-Barthélemy, Saint-Martin and the Pacific have postal codes but are no département.
    """
    code = code.strip()
    if not re.fullmatch(r"\d{5}", code) or code in {"97133", "97150"}:
        return None
    if code.startswith("20"):
        return {"0": "2A", "1": "2A", "2": "2B", "6": "2B"}.get(code[2])
    found = code[:3] if code.startswith("97") else code[:2]
    return found if found in CODES else None


def departement_named(text: str) -> str | None:
    """The département that a region field gives by its code or its name; None for a region of several."""
    text = text.strip()
    named = re.search(r"\(([0-9]{2,3}|2[AB])\)|^([0-9]{2,3}|2[AB]) ?[-–:(]", text, re.I)
    code = (named[1] or named[2] if named else text).upper().removeprefix("FR-").zfill(2)
    return code if code in CODES else BY_NAME.get(place_name(text))


def commune_in(text: str) -> str | None:
    """The INSEE code of a commune that a text is."""
    code = text.strip().upper()
    return code if re.fullmatch(COMMUNE_FORM, code) else None


def departement_of_city(city: str) -> str | None:
    """The département of a large city whose name is no other's."""
    return BY_CITY.get(place_name(city))


def in_france(country: str) -> bool:
    """Whether a country's name or ISO 3166 code is France, overseas départements included."""
    name = re.split(r"[,;(/]", country)[0]
    return name.strip(" .").lower() in FRANCE


def city_in(text: str) -> tuple[str, str]:
    """The city and the postal code that a one-line address holds; either may be empty.

    `12 rue des Lices, 35000 Rennes, France` and `Rennes, Bretagne, France` both name their city.
    """
    text = " ".join(text[:300].split())
    if found := re.search(r"(?<!\d)(\d{5})(?!\d)[\s,-]*([^\d,;()]{2,80})", text):
        return found[2].strip(" -"), found[1]
    if found := re.fullmatch(r"([^,;()\d]{2,80})\(?\s?(\d{5})\)?", text):
        return found[1].strip(" -("), found[2]
    parts = [part.strip() for part in re.split(r"[,;|]", text)]
    names = [re.sub(r"\s*\(\D*\)$", "", part) for part in parts if part and not in_france(part)]
    cities = [name for name in names if place_name(name) not in REGIONS and CITY.fullmatch(name)]
    return (cities[0] if cities else "", "")


def without_cedex(city: str) -> str:
    """A city's name as on a map: `RENNES CEDEX 7` is Rennes's post, not a place."""
    return re.sub(r"[\s,-]+cedex(?:\s+\d{1,2})?$", "", city.strip(), flags=re.I)
