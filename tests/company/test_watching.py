"""Feedback in one line: the field by the name that people know, the rule by its own."""

from uuid import uuid4

from shared.client.company import watching
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
        "refusé : InternshipOffered A-1 — « Département » (forme inattendue, trouvé « RHÔNE »)"
    )
    assert "“Département code” (unexpected form, found “RHÔNE”)" in watching.line(event, "en")
