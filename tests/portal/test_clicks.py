"""One click: signed, read back, and turned into the event that it stands for."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeTimedSerializer

from services.notifications.domain import OFFERED
from services.notifications.mail import LANGUAGES
from services.portal.domain import clicks
from shared.clicks import LASTS, Click, NoClick, event_of, read, sign

KEY = "a secret of at least thirty-two characters"
AT = datetime(2026, 11, 25, 9, tzinfo=UTC)
DAY = "2027-01-01"
OTHER = str(UUID(int=3))
SAYS: dict[str, str] = {"prolong": DAY, "same": OTHER, "different": OTHER, "undecided": OTHER}
"""What a click says that a letter fills in."""

EVERY = [
    Click(what, UUID(int=1), UUID(int=2), SAYS.get(what, says), "Technicienne ou technicien fibre (F/H)")
    for offered in OFFERED.values()
    for what, says in offered
]


@pytest.mark.parametrize("click", EVERY)
def test_every_click_of_a_letter_is_read_back_shown_and_published(click: Click) -> None:
    assert read(KEY, sign(KEY, click)) == click
    assert all(clicks.asked(click))
    event = event_of(click, AT)
    assert event.topic == "intake.portal.internships"
    assert event.key == str(click.about)


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_click_has_its_words_in_both_languages(name: str) -> None:
    offered = {
        ("prolong", "") if what == "prolong" else (what, says) for several in OFFERED.values() for what, says in several
    }
    assert set(LANGUAGES[name].clicks) == offered == set(clicks.ASKED)


def test_the_first_of_january_reads_well() -> None:
    click = Click("prolong", UUID(int=1), UUID(int=2), DAY, "x")
    assert clicks.asked(click) == (
        "Prolonger l’offre jusqu’au 1er\xa0janvier\xa02027",
        "Prolong the offer until 1\xa0January\xa02027",
    )


@given(st.text(max_size=200))
def test_what_was_not_signed_is_no_click(token: str) -> None:
    with pytest.raises(NoClick) as refused:
        read(KEY, token)
    assert refused.value.why == "altered"


@pytest.mark.parametrize("place", [0, 10, -1])
def test_an_altered_link_and_one_of_another_key_are_no_click(place: int) -> None:
    token = sign(KEY, EVERY[0])
    other = "A" if token[place] != "A" else "B"
    altered = token[:place] + other + token[place:][1:] if place >= 0 else token[:-1]
    with pytest.raises(NoClick):
        read(KEY, altered)
    with pytest.raises(NoClick):
        read(KEY[::-1], token)


def test_a_link_is_too_old_after_sixty_days(monkeypatch: pytest.MonkeyPatch) -> None:
    token = sign(KEY, EVERY[0])
    signer = URLSafeTimedSerializer(KEY).signer
    now = int(datetime.now(UTC).timestamp())
    monkeypatch.setattr(signer, "get_timestamp", lambda _: now + int(LASTS.total_seconds()) + 60)
    with pytest.raises(NoClick) as refused:
        read(KEY, token)
    assert refused.value.why == "too_old"
