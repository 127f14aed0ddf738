"""Settings: what is missing or wrong is named, with the remedy, and nothing secret is echoed."""

import pytest

from shared.chassis.settings import Settings, load
from shared.client.connection import Connection

GOOD = {"PASSERELLE_KAFKA": "kafka:9092", "PASSERELLE_DATABASE": "postgresql://me:secret@db/x"}


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
    assert load(Settings).kafka == "kafka:9092"


def test_every_missing_variable_is_named_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = read(monkeypatch, capsys, PASSERELLE_KAFKA=None, PASSERELLE_DATABASE=None)
    assert "PASSERELLE_KAFKA is not set: set it in the environment (wanted: host:port of the brokers)." in said
    assert "PASSERELLE_DATABASE is not set" in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PASSERELLE_KAFKA", "kafka"),
        ("PASSERELLE_KAFKA_PASSWORD", "secret"),
        ("PASSERELLE_KAFKA_CA", "/no/such/file.pem"),
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
    assert said.startswith(f"{name} is wrong: ")
    assert "secret" not in said


def test_a_user_without_a_password_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    said = read(monkeypatch, capsys, PASSERELLE_KAFKA_USER="internships", PASSERELLE_KAFKA_PASSWORD=None)
    assert "PASSERELLE_KAFKA_PASSWORD is wrong: Value error, it goes together with PASSERELLE_KAFKA_USER" in said


def test_who_a_service_is_on_kafka_is_read_and_its_password_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"PASSERELLE_KAFKA_USER": "internships", "PASSERELLE_KAFKA_PASSWORD": "secret", **GOOD}
    for name, value in {**given, "PASSERELLE_KAFKA_CA": "system"}.items():
        monkeypatch.setenv(name, value)
    settings = load(Settings)
    assert settings.connection == Connection("kafka:9092", "internships", "secret", tls=True)
    assert "secret" not in repr(settings).replace(GOOD["PASSERELLE_DATABASE"], "")
