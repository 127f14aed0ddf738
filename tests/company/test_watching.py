"""Feedback in one line: the field by the name that people know, the rule by its own."""

from collections import Counter
from pathlib import Path
from uuid import uuid4

import pytest

from shared.client.company import watching
from shared.client.company.report import Report
from shared.client.company.texts import Lang
from shared.contracts.feedback import SubmissionRejected
from shared.contracts.internships import InternshipOffered
from shared.contracts.remedies import problem


def rejected(field: str, rule: str, found: str) -> SubmissionRejected:
    return SubmissionRejected(
        company="732829320",
        submission_id=str(uuid4()),
        submission_type=InternshipOffered.wire_name,
        reference="A-1",
        problems=(problem(field, rule, found),),
    )


def test_a_rejection_is_told_in_the_words_of_its_language() -> None:
    event = rejected("place.departement", "string_pattern_mismatch", "RHÔNE")
    assert watching.line(event, "fr").startswith(
        "refusé : InternshipOffered A-1 — champ « Département » : forme inattendue, trouvé « RHÔNE ». "
    )
    assert "— field “Département code”: unexpected form, found “RHÔNE”. " in watching.line(event, "en")


@pytest.mark.parametrize("field", ["place.departement", "place", "no_such_field", ""])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_rejection_is_told_alike_after_a_send_and_while_watching(field: str, lang: Lang) -> None:
    event = rejected(field, "string_pattern_mismatch", "a line 3, column 4\x1b")
    report = Report(lang, rows=Counter({Path("x.jsonl"): 1}))
    report.tell(Path("x.jsonl"), InternshipOffered, "line 3", "", event.problems[0])
    _, told = report.lines()
    said = watching.line(event, lang).partition(" — ")[2]
    assert told.endswith(said)


def test_what_is_held_waits_and_is_not_chosen() -> None:
    assert watching.outcome({"SubmissionHeld": 2, "SubmissionAccepted": 2}, "fr") == "2 acceptés, 2 en attente"
    assert watching.outcome({"SubmissionHeld": 2}, "en") == "2 held"
