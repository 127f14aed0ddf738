"""What each rule of the linter says, and what it leaves alone."""

import unicodedata

import pytest

from shared.offers.wording import Facts, Finding, lint
from shared.offers.wording.resources import rules

KNOWN = Facts(pay=True, dates=True)
CODES = {
    "stated_sex", "age", "young_graduate", "family", "origin", "health", "residence", "beliefs", "mademoiselle",
    "forbidden_purpose", "no_convention", "photo", "experience_required", "generic_masculine", "gendered_title",
    "gendered_role", "stereotype", "missing_pay", "missing_duration", "long_requirements",
}  # fmt: skip


def said(title: str = "Stage réseau", description: str = "", facts: Facts = KNOWN) -> list[tuple[str, str]]:
    texts = {"title": title, "description": description}
    return [(one.rule, texts[one.field][one.start : one.end]) for one in lint(title, description, facts)]


@pytest.mark.parametrize(
    "title",
    [
        "Technicienne ou technicien fibre",
        "Technicien ou technicienne fibre",
        "Technicien(ne) fibre",
        "Technicien·ne fibre",
        "Technicien-ne fibre",
        "Technicien.ne fibre",
        "Technicien·ne·s fibre",
        "Technicien/ne fibre",
        "Technicien / Technicienne fibre",
        "Technicien fibre F/H",
        "Technicien fibre H/F",
        "Technicien fibre (F/H/X)",
        "Technicien fibre (m/f)",
        "Technicien fibre (m/w/d)",
        "Technicien fibre – femme/homme",
        "TECHNICIEN FIBRE H/F",
        "Responsable réseau",
        "Architecte réseau F/H",
        "Chargé·e d'affaires",
        "Stage chargé(e) d’affaires",
        "Stage chez un opérateur",
        "Stage serveurs et routeurs",
        "Stage gestion de charge",
        "Stage agents conversationnels",
        "Stage équipe commerciale",
        "Développeur / euse",
    ],
)
def test_a_title_for_both_sexes_is_left_alone(title: str) -> None:
    assert said(title) == []


@pytest.mark.parametrize(
    ("title", "excerpt"),
    [
        ("Technicien fibre", "Technicien"),
        ("Technicienne fibre", "Technicienne"),
        ("Vendeuse H/F", "Vendeuse"),
        ("Stage de technicien fibre", "technicien"),
        ("Offre de stage : développeur web", "développeur"),
        ("Un stagiaire réseau", "Un stagiaire"),
        ("Secrétaire sérieuse", "sérieuse"),
        ("Stage chargé d'affaires", "chargé"),
        ("Pisciculteur", "Pisciculteur"),
        ("Stage technicien. Les frais sont remboursés", "technicien"),
    ],
)
def test_a_title_for_one_sex_is_blocked(title: str, excerpt: str) -> None:
    assert said(title) == [("gendered_title", excerpt)]


def test_a_title_is_shown_in_both_its_forms() -> None:
    (found,) = lint("Stage développeur web", "", KNOWN)
    assert found.suggestion_fr == "Écrivez « Développeuse ou développeur … (F/H) »."


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("Offre réservée aux femmes.", ("stated_sex", "réservée aux femmes")),
        ("Nous recherchons un homme.", ("stated_sex", "recherchons un homme")),
        ("Vous avez moins de 26 ans.", ("age", "moins de 26 ans")),
        ("Jeune diplômée bienvenue.", ("young_graduate", "Jeune diplômée")),
        ("Précisez votre situation familiale.", ("family", "situation familiale")),
        ("De nationalité française.", ("origin", "De nationalité française")),
        ("Excellente présentation exigée.", ("health", "Excellente présentation exigée")),
        ("Vous habitez à Rennes.", ("residence", "Vous habitez à Rennes")),
        ("Indiquez vos opinions politiques.", ("beliefs", "opinions politiques")),
        ("Bonjour Mademoiselle,", ("mademoiselle", "Mademoiselle")),
        ("Il faut un surcroît d’activité.", ("forbidden_purpose", "surcroît d’activité")),
        ("Stage sans convention.", ("no_convention", "sans convention")),
        ("Envoyez un CV avec photo.", ("photo", "CV avec photo")),
        ("Trois ans, 3 ans d'expérience.", ("experience_required", "3 ans d'expérience")),
        ("Le candidat sera reçu.", ("generic_masculine", "Le candidat")),
        ("Nous recherchons une assistante.", ("gendered_role", "assistante")),
        ("Nous recherchons un technicien.", ("generic_masculine", "technicien")),
        ("Un ninja du routage.", ("stereotype", "ninja")),
    ],
)
def test_an_expression_is_found_where_it_stands(description: str, expected: tuple[str, str]) -> None:
    assert said(description=description) == [expected]


@pytest.mark.parametrize(
    "description",
    [
        "Compétences : le routage. Vous êtes force de proposition.",
        "La force électromotrice se mesure ; l'analyse suit.",
        "L'index égalité femmes-hommes est de 92.",
        "Candidatures féminines encouragées.",
        "L'homme du métier reconnaîtra la méthode.",
        "Les vestiaires réservés aux femmes sont neufs.",
        "Le remplacement du cuivre par la fibre.",
        "Le stage peut déboucher sur un poste en CDI possible à la fin.",
        "La candidate ou le candidat sera reçu.",
        "La ou le stagiaire sera reçu(e).",
        "Nous recherchons une technicienne ou un technicien.",
        "Notre entreprise, leader européen, a plus de 30 ans.",
        "Un site candidat pour un pylône.",
        "Le syndicat mixte est membre du syndicat d'énergie.",
        "Présence de 8 h à 12 h uniquement.",
        "Nous accueillons des jeunes en insertion.",
        "Le stage débouche sur un emploi pérenne.",
        "La difficulté va résider dans la mesure.",
        "Un accroissement de charge électrique.",
    ],
)
def test_what_only_looks_like_it_is_left_alone(description: str) -> None:
    assert said(description=description) == []


def test_a_word_of_rivalry_alone_is_plain_french_and_several_are_not() -> None:
    assert said(description="Vous êtes ambitieux.") == []
    several = "Ambitieux, fonceur, tenace"
    assert said(description=several) == [("stereotype", word) for word in ("Ambitieux", "fonceur", "tenace")]
    assert said(description=f"{several}, vous aimez aider l'équipe et partager.") == []


def test_pay_and_duration_are_missing_where_neither_the_text_nor_the_fields_give_them() -> None:
    missing = [("missing_duration", ""), ("missing_pay", "")]
    assert said(facts=Facts()) == missing
    assert said(description="Gratification légale, huit semaines.", facts=Facts()) == []
    assert said(facts=Facts(pay=True)) == missing[:1]


def test_more_than_six_requirements_are_too_many_unless_they_are_wishes() -> None:
    asked = ["- Linux", "- BGP", "- OSPF", "- MPLS", "- IS-IS", "- Python"]
    assert said(description="Profil recherché :\n" + "\n".join(asked)) == []
    ((rule, excerpt),) = said(description="Profil recherché :\n" + "\n".join([*asked, "- Go"]))
    assert (rule, excerpt) == ("long_requirements", "\n".join([*asked, "- Go"]))
    assert said(description="Profil recherché :\n" + "\n".join([*asked, "- Go serait un plus"])) == []
    assert said(description="Missions :\n" + "\n".join([*asked, "- Go"])) == []


@pytest.mark.parametrize(
    "written",
    [
        "Offre réservée aux femmes",
        unicodedata.normalize("NFD", "Offre réservée aux femmes"),
        "OFFRE RÉSERVÉE AUX FEMMES",
        "Offre reservee aux femmes",
        "Offre réservée\u00a0aux\u202ffemmes",
        "Offre réservée\naux\tfemmes",
        "Offre réser\u00advée aux fem\u200bmes",
    ],
)
def test_however_it_is_written_the_position_is_that_of_the_text_as_given(written: str) -> None:
    ((rule, excerpt),) = said(description=written)
    assert (rule, excerpt) == ("stated_sex", written[6:])


def test_every_rule_has_words_for_people_in_both_languages_and_a_source() -> None:
    assert set(rules()) == CODES
    for rule in rules().values():
        assert all(rule)
        assert rule.explanation_fr != rule.explanation_en
        assert rule.level in {"block", "warning"}


def test_findings_come_in_the_order_of_the_text() -> None:
    found = lint("Vendeuse", "Le candidat aura moins de 25 ans. Mlle.", KNOWN)
    assert [one.rule for one in found] == ["gendered_title", "generic_masculine", "age", "mademoiselle"]
    assert all(isinstance(one, Finding) for one in found)
