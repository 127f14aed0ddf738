"""How a decision answers a submission: one verdict, told to whoever owns the topic it came on."""

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

from .feedback import Problem, SubmissionAccepted, SubmissionStale, SubmissionUnchanged
from .received import Received
from .remedies import problem


class Submission(Protocol):
    """What a company submits under a reference of its own."""

    @property
    def reference(self) -> str: ...


def about(received: Received, reference: str | None) -> dict[str, Any]:
    """The fields by which every answer names the submission that it is about."""
    return {
        "company": received.sender,
        "submission_id": received.event_id,
        "submission_type": received.event_type,
        "submission_source": received.source or None,
        "reference": reference,
    }


def accepted(
    submission: Submission, received: Received, accepted_as: UUID, warnings: Sequence[Problem] = ()
) -> SubmissionAccepted:
    """It took effect; `warnings` are worth a look."""
    return SubmissionAccepted.given(
        **about(received, submission.reference), accepted_as=accepted_as, warnings=tuple(warnings)
    )


def unchanged(submission: Submission, received: Received, accepted_as: UUID) -> SubmissionUnchanged:
    """It says what was known."""
    return SubmissionUnchanged(**about(received, submission.reference), accepted_as=accepted_as)


def stale(submission: Submission, received: Received, *, version: int, newest: int) -> SubmissionStale:
    """A newer version was seen before."""
    return SubmissionStale(**about(received, submission.reference), version=version, newest_version=newest)


def version_reused(version: int) -> Problem:
    """The same version number was used for another content."""
    return problem("version", "version_reused", version)
