"""Mentors as companies offer them, on a real PostgreSQL."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.mentoring.handlers import register_mentor
from shared.chassis.database import Db
from shared.contracts.mentoring import MentorOffered
from shared.contracts.received import Received, Rejected
from tests.conftest import ServiceDb

AT = datetime(2026, 11, 24, tzinfo=UTC)
HELENE, AICHA = UUID(int=1), UUID(int=2)


def offered(**changes: object) -> MentorOffered:
    first = MentorOffered(
        siren="732829320",
        reference="M-1",
        version=1,
        mentor_id=HELENE,
        departement="35",
        trades=("fibre",),
        level=7,
        capacity=2,
        remote=True,
    )
    return first.model_copy(update=changes)


async def told(db: Db, event: MentorOffered) -> list[str]:
    received = Received("1", MentorOffered.wire_name, event.siren, AT)
    return [type(one).__name__ for one in await register_mentor(event, received, db)]


async def test_each_offer_of_a_mentor_has_one_verdict(service_db: ServiceDb) -> None:
    db = await service_db("mentoring")
    assert await told(db, offered()) == ["SubmissionAccepted"]
    assert await told(db, offered()) == ["SubmissionUnchanged"]
    assert await told(db, offered(version=3, capacity=1)) == ["SubmissionAccepted"]
    assert await told(db, offered(version=2)) == ["SubmissionStale"]
    with pytest.raises(Rejected, match="version_reused"):
        await told(db, offered(version=3, capacity=4))


@pytest.mark.parametrize(
    "changes",
    [{"reference": "M-2"}, {"siren": "812025609"}, {"mentor_id": AICHA}],
    ids=["another reference", "another company", "another person"],
)
async def test_a_reference_names_one_person_and_a_person_has_one_reference(
    service_db: ServiceDb, changes: dict[str, object]
) -> None:
    db = await service_db("mentoring")
    await told(db, offered())
    with pytest.raises(Rejected) as refused:
        await told(db, offered(version=2, **changes))
    assert [(one.field, one.rule) for one in refused.value.problems] == [("mentor_id", "one_person_one_reference")]
