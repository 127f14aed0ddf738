"""What companies install: built from the same files, it works where nothing of ours is."""

import ast
import asyncio
import os
import re
import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from typer.testing import CliRunner

from shared.cli.__main__ import application
from shared.cli.platform import Platform
from shared.client.environment import to_environment
from tests.company.sheet import offer, write_csv
from tests.conftest import new_siren

ROOT = Path(__file__).parents[2]
PUBLISH = """
import asyncio, os
from passerelle_client.client import Client, from_environment
from passerelle_client.contracts.internships import InternshipWithdrawn

async def main():
    connection, siren = from_environment(os.environ)
    async with Client(connection, siren) as client:
        event = InternshipWithdrawn(siren=siren, reference="A-1", version=1, reason="cancelled")
        print(await client.publish(event))

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built and unpacked where a company's interpreter would find it."""
    folder = tmp_path_factory.mktemp("distribution")
    done = CliRunner().invoke(application, ["ops", "company", "wheel", str(folder)])
    assert done.exit_code == 0, done.output
    (wheel,) = folder.glob("*.whl")
    assert done.stdout.startswith(f"{wheel}: ")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_it_holds_the_contracts_the_rules_of_offers_and_the_client_and_nothing_else(installed: Path) -> None:
    held = {file.relative_to(installed / "passerelle_client") for file in installed.rglob("*.py")}
    ours = {
        file.relative_to(ROOT / "shared")
        for name in ("client", "contracts", "kafka", "offers")
        for file in (ROOT / "shared" / name).rglob("*.py")
        if not {"communes", "suiting.py"} & {*file.parts}  # with half a megabyte that no company's command asks
    }
    assert held == ours


def test_it_declares_every_package_that_it_imports(installed: Path) -> None:
    (metadata,) = installed.glob("*.dist-info/METADATA")
    declared = set(re.findall(r"^Requires-Dist: ([\w-]+)[^;\n]*$", metadata.read_text("utf-8"), re.MULTILINE))
    trees = [ast.parse(file.read_text("utf-8")) for file in installed.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level]
    names += [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    packages = {name.split(".")[0] for name in names} - sys.stdlib_module_names
    assert {packages_distributions()[package][0].lower().replace("_", "-") for package in packages} == declared


RUN = """
import sys
from importlib.metadata import entry_points
(command,) = entry_points(group="console_scripts", name="passerelle")
command.load()()
"""


def test_it_brings_the_command_that_companies_use(installed: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(installed)}

    def passerelle(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-P", "-c", RUN, "company", *words, "--lang", "fr"]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    written = passerelle("template", "stages.xlsx")
    assert (written.returncode, written.stdout) == (0, "Écrit : stages.xlsx\n"), written.stderr
    checked = passerelle("check", "stages.xlsx")
    assert checked.returncode == 0, checked.stderr
    assert "stages.xlsx : 0 ligne, rien à corriger" in checked.stdout
    write_csv(tmp_path / "offres.csv", [offer(1, Intitulé="Vendeuse H/F")])
    linted = passerelle("lint", "offres.csv")
    assert (linted.returncode, "gendered_title" in linted.stdout) == (1, True), linted.stderr
    missing = passerelle("send", "missing.csv")
    assert missing.returncode == 1
    assert "PASSERELLE_KAFKA n'est pas définie" in missing.stderr


async def test_a_company_publishes_with_it(running: Platform, installed: Path, tmp_path: Path) -> None:
    siren = new_siren()
    await asyncio.to_thread(running.add_companies, [siren])
    lines = to_environment(running.users[siren], siren)
    environment = {**os.environ, **lines, "PYTHONPATH": str(installed)}
    command = [sys.executable, "-P", "-c", PUBLISH]
    done = await asyncio.to_thread(
        subprocess.run, command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.strip()) == 36
