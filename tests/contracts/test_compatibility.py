"""A contract that others rely on may grow, and may not break anybody."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import pytest
import typer
from pydantic import Field, create_model, field_validator

from shared.cli.contracts import command, released, schemas
from shared.cli.contracts.compatibility import compare
from shared.cli.contracts.released import Released
from shared.contracts.catalogue import EVENTS
from shared.contracts.event import Event, Value

NAME = "fr.passerelle.sample.PlaceOpened.v1"


class Room(Value):
    floor: int


def contract(topic: str = "sample.places", key: str = "place", **changes: Any) -> type[Event]:
    """An event with a few fields of every sort; a field given as None is left out."""
    fields: dict[str, Any] = {
        "place": str,
        "seats": Annotated[int, Field(ge=1, le=10)],
        "kind": Literal["desk", "lab"],
        "opened_on": date,
        "note": (str | None, None),
        "tags": (tuple[str, ...], Field(max_length=3, default=())),
        "room": (Room | None, None),
        **changes,
    }
    kept = {name: field if isinstance(field, tuple) else (field, ...) for name, field in fields.items() if field}
    made: type[Event] = create_model("PlaceOpened", __base__=Event, __doc__="A place is open.", **kept)  # type: ignore[call-overload]  # its fields are data here
    made.wire_name, made.topic, made.key_field = NAME, topic, key
    return made


def breaches(*, intake: bool = False, **changes: Any) -> list[tuple[str, str]]:
    topic = "intake.{sender}.sample" if intake else "sample.places"
    found = compare(NAME, schemas.schema(contract(topic)), schemas.schema(contract(topic, **changes)))
    assert all(breach.remedy for breach in found)
    return [(breach.field, breach.said) for breach in found]


@pytest.mark.parametrize("intake", [True, False])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"comment": (str | None, None)},
        {"room": (create_model("Room", __base__=Value, floor=int, door=(str | None, None)) | None, None)},
    ],
    ids=["nothing", "an optional field", "an optional field of a part"],
)
def test_what_breaks_nobody_passes(changes: dict[str, Any], intake: bool) -> None:
    assert breaches(intake=intake, **changes) == []


EVERYBODY = {
    "a field gone": ({"note": None}, ("note", "it is gone: what is written in it would be passed over in silence.")),
    "a field of a new name": (
        {"opened_on": None, "open_from": date},
        ("opened_on", "it is gone; open_from looks like its new name."),
    ),
    "a new field required": ({"floor": int}, ("floor", "it is new and required.")),
    "an optional field required": ({"note": str}, ("note", "it could be left out and is now required.")),
    "another type": ({"seats": str}, ("seats", "it was integer and is string.")),
    "less allowed": ({"seats": Annotated[int, Field(ge=2, le=10)]}, ("seats", "its minimum was 1 and is 2.")),
    "shorter lists": (
        {"tags": (tuple[str, ...], Field(max_length=2, default=()))},
        ("tags", "its maxItems was 3 and is 2."),
    ),
    "a value gone": ({"kind": Literal["desk"]}, ("kind", "lab is no longer allowed.")),
    "a new pattern": (
        {"place": Annotated[str, Field(pattern="^[a-z]+$")]},
        ("place", "its pattern was none and is ^[a-z]+$."),
    ),
    "another default": ({"note": (str | None, "none")}, ("note", "left out, it meant None and means 'none'.")),
    "a part's field gone": (
        {"room": (create_model("Room", __base__=Value, storey=int) | None, None)},
        ("room.floor", "it is gone; storey looks like its new name."),
    ),
    "a list's items": (
        {"tags": (tuple[Annotated[str, Field(max_length=5)], ...], Field(max_length=3, default=()))},
        ("tags.[]", "its maxLength was none and is 5."),
    ),
}


@pytest.mark.parametrize("intake", [True, False])
@pytest.mark.parametrize(("changes", "named"), EVERYBODY.values(), ids=EVERYBODY.keys())
def test_what_breaks_writers_or_old_records_is_named(
    changes: dict[str, Any], named: tuple[str, str], intake: bool
) -> None:
    assert named in breaches(intake=intake, **changes)


READERS = {
    "more allowed": ({"seats": Annotated[int, Field(ge=1, le=20)]}, ("seats", "its maximum was 10 and is 20.")),
    "a new value": ({"kind": Literal["desk", "lab", "hall"]}, ("kind", "hall is new.")),
    "null": ({"opened_on": date | None}, ("opened_on", "it may now be null.")),
    "a required field optional": (
        {"opened_on": (date | None, None)},
        ("opened_on", "it was always there and may now be left out."),
    ),
}


@pytest.mark.parametrize(("changes", "named"), READERS.values(), ids=READERS.keys())
def test_what_breaks_readers_is_named_where_there_are_any(changes: dict[str, Any], named: tuple[str, str]) -> None:
    assert named in breaches(**changes)
    assert breaches(intake=True, **changes) == []


def test_a_topic_and_a_key_stay() -> None:
    moved = compare(NAME, schemas.schema(contract()), schemas.schema(contract("sample.others", "kind")))
    assert [breach.said for breach in moved] == [
        "its topic was sample.places and is sample.others.",
        "its key was place and is kind.",
    ]


def test_a_breach_is_one_sentence_of_what_and_one_of_the_remedy() -> None:
    (breach,) = compare(
        NAME, schemas.schema(contract()), schemas.schema(contract(seats=Annotated[int, Field(ge=1, le=5)]))
    )
    assert str(breach) == (
        "fr.passerelle.sample.PlaceOpened.v1, seats: its maximum was 10 and is 5. This breaks writers, and the records "
        "that lie in the topics. Keep the old bound, or make it fr.passerelle.sample.PlaceOpened.v2 with an upcaster."
    )


class DoorOpened(Event):
    """A door is open, counted in seats."""

    wire_name = "fr.passerelle.sample.DoorOpened.v2"
    topic = "intake.{sender}.sample"
    key_field = "door"

    door: str
    seats: int


class DoorOpenedV1(Event):
    """A door is open, counted in rows of ten."""

    wire_name = "fr.passerelle.sample.DoorOpened.v1"
    topic = "intake.{sender}.sample"
    key_field = "door"
    superseded_by: ClassVar[type[Event] | None] = DoorOpened

    door: str
    rows: int

    def upcast(self) -> DoorOpened:
        return DoorOpened(door=self.door, seats=10 * self.rows)


KEPT = {DoorOpenedV1.wire_name: Released(schemas.schema(DoorOpenedV1), ({"door": "A", "rows": 2},))}


def said(*events: type[Event]) -> list[str]:
    return [breach.said for breach in released.breaches(KEPT, {event.wire_name: event for event in events})]


def test_a_new_major_version_with_an_upcaster_passes() -> None:
    assert said(DoorOpenedV1, DoorOpened) == []
    assert DoorOpenedV1(door="A", rows=2).newest() == DoorOpened(door="A", seats=20)


def test_a_new_major_version_without_an_upcaster_is_named() -> None:
    class Alone(DoorOpenedV1):
        """It knows of no successor."""

        wire_name = DoorOpenedV1.wire_name
        superseded_by: ClassVar[type[Event] | None] = None

    (breach,) = said(Alone, DoorOpened)
    assert breach.endswith("nothing says how a record of this version becomes one of that.")


def test_an_upcaster_that_fails_is_named() -> None:
    class Broken(DoorOpenedV1):
        """Its upcaster fails."""

        wire_name = DoorOpenedV1.wire_name

        def upcast(self) -> DoorOpened:
            raise KeyError("rows")

    assert said(Broken, DoorOpened) == ["its upcaster fails on the released example 1 (KeyError('rows'))."]


def test_a_version_that_is_gone_is_named() -> None:
    assert said() == ["it is gone."]
    assert said(DoorOpened) == ["it is gone, and fr.passerelle.sample.DoorOpened.v2 stands in its place."]


def test_a_rule_that_no_schema_shows_is_found_by_the_released_examples() -> None:
    class Stricter(DoorOpenedV1):
        """It refuses even numbers."""

        wire_name = DoorOpenedV1.wire_name

        @field_validator("rows")
        @classmethod
        def _odd(cls, value: int) -> int:
            assert value % 2
            return value

    assert said(Stricter, DoorOpened) == ["assertion_error refuses the released example 1."]


def test_the_contracts_keep_what_was_released() -> None:
    assert [str(breach) for breach in released.breaches(released.load(), EVENTS)] == []


def test_every_served_contract_is_released() -> None:
    assert set(released.load()) == {name for name, event in EVENTS.items() if event.status == "served"}


def test_a_release_keeps_the_examples_of_the_one_before(tmp_path: Path) -> None:
    offered = EVENTS["fr.passerelle.internships.InternshipOffered.v1"]
    old = {"schema": schemas.schema(offered), "valid": [{"only": "an old example"}]}
    (tmp_path / f"{offered.wire_name}.json").write_text(json.dumps(old), "utf-8")
    assert released.release({offered.wire_name: offered}, tmp_path) == [offered.wire_name]
    kept = released.load(tmp_path)[offered.wire_name].valid
    assert list(kept) == [{"only": "an old example"}, *schemas.examples(offered)["valid"]]
    assert released.release({offered.wire_name: offered}, tmp_path) == []


def test_a_breach_ends_the_command_with_1_and_nothing_is_released(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    offered = EVENTS["fr.passerelle.internships.InternshipOffered.v1"]
    schema = schemas.schema(offered)
    schema["properties"]["nickname"] = {"type": "string"}
    (tmp_path / f"{offered.wire_name}.json").write_text(json.dumps({"schema": schema, "valid": []}), "utf-8")
    monkeypatch.setattr(released, "load", lambda: {offered.wire_name: Released(schema, ())})
    for run in (command.check, command.release):
        with pytest.raises(typer.Exit) as ended:
            run()
        assert ended.value.exit_code == 1
    assert "nickname: it is gone" in capsys.readouterr().out
