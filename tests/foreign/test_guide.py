"""The integrator's guide followed word by word from an empty folder, as somebody who has never heard of us would."""

import os
import subprocess
from pathlib import Path

import openpyxl
import pytest

from shared.cli.ops.wheel import build_wheel
from shared.cli.platform import Platform
from shared.client.company import labels
from shared.client.company.leaves import leaves
from shared.client.environment import to_environment
from shared.contracts.internships import InternshipOffered
from tests.foreign import guide
from tests.foreign.conftest import READER, newer_librdkafka

OFFER = {
    "reference": "STAGE-2030-050",
    "title": "Technicienne ou technicien data centre (F/H)",
    "description": "Surveiller les installations d'un centre de données.",
    "company_name": "Fibrelune",
    "place.city": "Rennes",
    "place.departement": "35",
    "starts_on": "2030-04-01",
    "ends_on": "2030-06-28",
    "level": "Bac+2",
    "trade": "Centre de données",
    "hourly_pay": "4.50",
}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A reader's shell: her tools, and nothing of ours."""
    library = tmp_path_factory.mktemp("lib")
    (library / "librdkafka.so.1").symlink_to(newer_librdkafka())
    kept = ("PATH", "HOME", "GOPROXY", "GOFLAGS", "SSL_CERT_FILE", "PIP_INDEX_URL", "PIP_CONFIG_FILE")
    ours = {name: os.environ[name] for name in kept if name in os.environ}
    return {**ours, "LANG": "en_GB.UTF-8", "LD_LIBRARY_PATH": str(library), "XDG_STATE_HOME": str(library / "state")}


def fill_in(template: Path) -> None:
    """What a reader does in her spreadsheet: a row with an offer, under the headers that she finds."""
    book = openpyxl.load_workbook(template)
    sheet = book[labels.sheet(InternshipOffered, "en")]
    headers = [cell.value for cell in sheet[1]]
    asked = leaves(InternshipOffered)
    for field, value in OFFER.items():
        sheet.cell(3, headers.index(labels.label(asked[field], "en")) + 1, value)
    book.save(template)


def test_the_guide_followed_word_by_word_ends_in_verdicts(
    served: Platform, tmp_path: Path, environment: dict[str, str]
) -> None:
    handed = to_environment(served.users[READER], READER)
    (tmp_path / "passerelle.env").write_text("\n".join(f"{name}={value}" for name, value in handed.items()), "utf-8")
    build_wheel(tmp_path)
    done: list[subprocess.CompletedProcess[str]] = []
    for step in guide.steps():
        mine = guide.Step(step.content.replace("732829320", READER), step.file)
        done.append(guide.follow(mine, tmp_path, environment))
        assert done[-1].returncode == 0, f"{step.content}\n{done[-1].stdout}\n{done[-1].stderr}"
        if "company template" in step.content:
            fill_in(tmp_path / "offers.xlsx")
    said = "\n".join(one.stdout + one.stderr for one in done)
    assert said.count('"reference":"STAGE-2030-014"') == 5, said
