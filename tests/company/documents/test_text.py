"""HTML as plain text, and what a document's problems say."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.client.company import documents
from shared.client.company.documents.rules import REMEDIES
from shared.client.company.documents.text import decode, line, prose


@given(st.text(max_size=300))
def test_any_text_becomes_plain_text(text: str) -> None:
    assert "\n" not in line(text)
    assert not prose(f"<p>{text}</p>").startswith((" ", "\n"))


def test_html_keeps_its_paragraphs_and_lists() -> None:
    html = (
        "<p>Bonjour <b>à</b>\n toutes.</p><p>Missions&nbsp;:</p>"
        "<ul><li>Tirer</li><li><p>Souder</p></li><li></li></ul>Fin<br>là"
    )
    assert prose(html) == "Bonjour à toutes.\n\nMissions\u00a0:\n\n- Tirer\n- Souder\n\nFin\nlà"


def test_every_rule_is_told_somewhere_and_has_its_remedy_in_both_languages() -> None:
    folder = Path(documents.__file__).parent
    sources = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.py") if file.name != "rules.py")
    assert [rule for rule in REMEDIES if f'"{rule}"' not in sources] == []
    assert all(len(french) > 15 and len(english) > 15 and french != english for french, english in REMEDIES.values())


@pytest.mark.parametrize("charset", ["punycode", "idna", "unicode_escape", "raw-unicode-escape", "utf7", "zlib", "x"])
def test_what_is_no_charset_of_a_page_is_not_read_as_one(charset: str) -> None:
    page = f"<meta charset={charset}>a\\u00e9-dma".encode()
    assert decode(page) == decode(page, charset) == page.decode()
