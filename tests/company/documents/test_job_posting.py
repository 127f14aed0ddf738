"""JobPosting documents as career sites emit them: each ends in an offer or in a clear rejection."""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.client.company.documents import read
from tests.company.documents.corpus import TODAY, documents, expected, judged, read_file, result

VARIANTS = documents("job_postings")
POSTING: dict[str, Any] = json.loads(VARIANTS[0].read_text(encoding="utf-8"))


def drafts(document: object, **defaults: Any) -> list[Any]:
    return list(read(json.dumps(document).encode(), {"siren": "732829320", "version": 1, **defaults}, TODAY))


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda path: str(path.name))
def test_each_variant_ends_in_an_offer_or_in_a_clear_rejection(variant: Path) -> None:
    wanted = expected(variant)
    assert [result(draft) for draft in read_file(variant, wanted.get("defaults", {}))] == wanted["drafts"]


def test_the_variants_are_many_and_of_both_kinds() -> None:
    outcomes = [draft for variant in VARIANTS for draft in expected(variant)["drafts"]]
    assert len(VARIANTS) >= 100
    assert sum("offer" in draft for draft in outcomes) >= 70
    assert sum("problems" in draft for draft in outcomes) >= 30


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda path: str(path.name))
def test_every_problem_says_what_to_do_in_both_languages(variant: Path) -> None:
    for draft in read_file(variant, expected(variant).get("defaults", {})):
        for problem in draft.problems:
            assert "Corrigez la valeur selon le contrat" not in problem.remedy_fr, problem.rule
            assert problem.remedy_en


def test_what_is_missing_is_asked_for_in_the_words_of_the_document() -> None:
    [draft] = drafts({"@type": "JobPosting", "title": "Stage fibre"})
    missing = {problem.field: draft.origins[problem.field] for problem in judged(draft)}
    assert missing == {
        "description": "description",
        "company_name": "hiringOrganization.name",
        "place": "jobLocation.address.addressLocality",
        "starts_on": "jobStartDate",
        "ends_on": "jobDuration",
        "level": "educationRequirements",
        "reference": "identifier",
    }


def test_every_value_says_where_it_stood() -> None:
    [draft] = drafts({"@graph": [{"@type": "WebSite"}, POSTING]}, seats=3, trade="works")
    assert draft.origins["place.city"] == "@graph[1].jobLocation.address.addressLocality"
    assert draft.origins["level"] == "@graph[1].educationRequirements.credentialCategory"
    assert draft.origins["trade"] == "@graph[1].title"
    assert draft.origins["siren"] == "defaults"


def test_defaults_fill_only_what_the_document_does_not_say() -> None:
    defaults = {
        "trade": "works",
        "level": 8,
        "seats": 9,
        "weekly_hours": 20,
        "place": {"city": "Lyon", "departement": "69"},
    }
    [said] = drafts(POSTING, **defaults)
    assert (said.values["trade"], said.values["level"], said.values["seats"]) == ("fibre", 5, 2)
    assert said.values["place"] == {"city": "Rennes", "departement": "35"}
    silent = {"@type": "JobPosting", "title": "Stage", "employmentType": "INTERN"}
    [filled] = drafts(silent, **defaults)
    assert filled.values["place"] == {"city": "Lyon", "departement": "69"}
    assert (filled.values["trade"], filled.values["level"], filled.values["seats"]) == ("works", 8, 9)


def test_a_default_place_never_mixes_with_another_city() -> None:
    elsewhere = POSTING | {"jobLocation": {"address": {"addressLocality": "Guingamp"}}}
    [draft] = drafts(elsewhere, place={"city": "Lyon", "departement": "69"})
    assert [(problem.field, problem.rule) for problem in draft.problems] == [
        ("place.departement", "departement_unknown")
    ]
    [same] = drafts(elsewhere, **{"place.city": "Guingamp", "place.departement": "22"})
    assert same.values["place"] == {"city": "Guingamp", "departement": "22"}


def test_a_field_that_was_not_understood_is_not_overruled_by_its_default() -> None:
    [draft] = drafts(POSTING | {"jobStartDate": "bientôt"}, starts_on="2027-03-01")
    assert ("starts_on", "date") in [(problem.field, problem.rule) for problem in draft.problems]
    assert "starts_on" not in draft.values
