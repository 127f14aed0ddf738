"""Settings: what is missing or wrong is named, with the remedy, and nothing secret is echoed."""

from dataclasses import replace
from pathlib import Path

import pytest

from shared.chassis.settings import Settings, load
from shared.kafka.connection import Connection
from shared.kafka.variables import OURS, write
from tests.tls import keytool

KAFKA = Connection("kafka:9092", "internships", "secret", "SASL_PLAINTEXT")
GOOD = {**write(KAFKA, OURS), "PASSERELLE_DATABASE": "postgresql://me:secret@db/x"}


def read(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], **changes: str | None) -> str:
    for name, value in {**GOOD, **changes}.items():
        monkeypatch.delenv(name, raising=False)
        if value is not None:
            monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        load(Settings)
    assert ended.value.code == 2
    return capsys.readouterr().err


def test_good_settings_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    settings = load(Settings)
    assert settings.connection == KAFKA
    assert "secret" not in repr(settings).replace(GOOD["PASSERELLE_DATABASE"], "")


def test_every_missing_variable_is_named_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = read(monkeypatch, capsys, PASSERELLE_KAFKA=None, PASSERELLE_KAFKA_PASSWORD=None, PASSERELLE_DATABASE=None)
    assert (
        "PASSERELLE_KAFKA is not set: set it in the environment (host:port of Kafka, several parted by commas)." in said
    )
    assert "PASSERELLE_KAFKA_PASSWORD is not set" in said
    assert "PASSERELLE_DATABASE is not set" in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PASSERELLE_KAFKA", "kafka"),
        ("PASSERELLE_KAFKA_PASSWORD", "secret "),
        ("PASSERELLE_KAFKA_SECURITY", "system"),
        ("PASSERELLE_DATABASE", "mysql://me:secret@db/x"),
        ("PASSERELLE_HTTP_PORT", "99999"),
        ("PASSERELLE_BATCH_SIZE", "many"),
        ("PASSERELLE_LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_variable_is_named_and_not_echoed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    said = read(monkeypatch, capsys, **{name: value})
    assert said.startswith(f"{name} is wrong")
    assert "secret" not in said


def test_a_ca_of_ones_own_is_taken_and_one_that_is_none_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    encrypted = replace(KAFKA, security="SASL_SSL", ca=keytool(tmp_path / "keys").ca)
    for name, value in {**GOOD, **write(encrypted, OURS)}.items():
        monkeypatch.setenv(name, value)
    assert load(Settings).connection == encrypted
    (tmp_path / "ca.pem").write_text("hello")
    said = read(monkeypatch, capsys, PASSERELLE_KAFKA_SECURITY="SASL_SSL", PASSERELLE_KAFKA_CA=f"{tmp_path}/ca.pem")
    assert said.startswith(f"PASSERELLE_KAFKA_CA is wrong: The CA's file {tmp_path}/ca.pem cannot be read (")
    assert said.endswith("name a file of PEM certificates.\n")
