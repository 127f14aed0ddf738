"""Identifiers: every single-digit error is found, and the published examples hold."""

import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, reject
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.contracts.fields import (
    UAI_LETTERS,
    Commune,
    Day,
    Departement,
    Instant,
    Line,
    Prose,
    Reference,
    Rome,
    Siren,
    Siret,
    Uai,
)

siren: TypeAdapter[str] = TypeAdapter(Siren)
siret: TypeAdapter[str] = TypeAdapter(Siret)
uai: TypeAdapter[str] = TypeAdapter(Uai)


@pytest.mark.parametrize("value", ["732829320", "812025609"])
def test_real_sirens_pass(value: str) -> None:
    assert siren.validate_python(value) == value


@pytest.mark.parametrize("value", ["732829321", "000000000", "73282932", "73282932O", "", "732 829 320"])
def test_wrong_sirens_fail(value: str) -> None:
    with pytest.raises(ValidationError):
        siren.validate_python(value)


@pytest.mark.parametrize("value", ["73282932000074", "81202560900015", "35600000000048", "35600000049837"])
def test_real_sirets_pass_la_poste_included(value: str) -> None:
    assert siret.validate_python(value) == value


@pytest.mark.parametrize("value", ["73282932000075", "35600000012345", "00000000000000", "MONACOCONFO001"])
def test_wrong_sirets_fail(value: str) -> None:
    with pytest.raises(ValidationError):
        siret.validate_python(value)


@pytest.mark.parametrize(
    "value",
    ["0040003G", "0130001F", "0750360J", "0133525L", "6200001G", "7200009X", "9710001Z", "9830002K", "9870026P"],
)
def test_real_uai_codes_pass(value: str) -> None:
    assert uai.validate_python(value) == value


@pytest.mark.parametrize("value", ["0040003H", "0040003I", "004003G", "0000000A", "0040003g", "0200001T", "9790001F"])
def test_wrong_uai_codes_fail(value: str) -> None:
    with pytest.raises(ValidationError):
        uai.validate_python(value)


@given(st.integers(10_000, 959_999), st.integers(0, 6), st.integers(1, 9))
def test_one_wrong_digit_in_a_uai_is_always_found(number: int, place: int, shift: int) -> None:
    digits = f"{number:07d}"
    wrong = digits[:place] + str((int(digits[place]) + shift) % 10) + digits[place + 1 :]
    with pytest.raises(ValidationError):
        uai.validate_python(wrong + UAI_LETTERS[number % 23])


@pytest.mark.parametrize(
    "value", ["a\x00b", "a\x1b[31m", "   ", "", "a" * 141, "\ud800", "a\nb", "a\u2028b", "a\u202eb"]
)
def test_a_line_refuses_control_characters_line_breaks_and_emptiness(value: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Line).validate_python(value)


def test_a_text_keeps_its_lines() -> None:
    assert TypeAdapter(Prose).validate_python(" e\u0301t\u00e9\r\n\tfin\n") == "\u00e9t\u00e9\n\tfin"


@pytest.mark.parametrize("value", ["a\x00b", " \n\t ", "a\u202eb"])
def test_a_text_refuses_control_characters_and_emptiness(value: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Prose).validate_python(value)


@pytest.mark.parametrize(("text", "bound"), [(Line, 140), (Prose, 8000), (Reference, 80)])
def test_a_text_that_normalising_makes_too_long_is_refused_with_the_bound(text: Any, bound: int) -> None:
    with pytest.raises(ValidationError, match=f"at most {bound} characters in NFC"):
        TypeAdapter(text).validate_python("\ufb2c" * bound)


TEXTS = st.text() | st.text("\ufb2c\u1f82e\u0301\u2000 \r\n\ta", min_size=1, max_size=100)


@pytest.mark.parametrize("text", [Line, Prose, Reference])
@given(value=TEXTS)
@example(value="a\r\r\nb")
def test_what_a_text_is_kept_as_is_accepted_again_and_stays(text: Any, value: str) -> None:
    adapter: TypeAdapter[str] = TypeAdapter(text)
    try:
        kept = adapter.validate_python(value)
    except ValidationError:
        reject()
    assert adapter.validate_python(kept) == kept


@pytest.mark.parametrize("value", ["20", "00", "96", "2C", "975", "1"])
def test_departements_that_do_not_exist_fail(value: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Departement).validate_python(value)


@pytest.mark.parametrize("value", ["0", "000000000", "1735689600", "20270405", "2027-4-5", "05/04/2027", "2027-02-30"])
def test_a_day_is_written_in_one_way_and_digits_are_no_seconds_since_1970(value: str) -> None:
    with pytest.raises(ValidationError, match="date"):
        TypeAdapter(Day).validate_json(f'"{value}"')


@pytest.mark.parametrize(
    "value",
    ["2027-04-05T09:30:00+02:00", "2027-04-05T07:30Z", "2027-04-05t07:30:00.000000000z", "2027-04-05 07:30:00Z"],
)
def test_an_instant_is_read_as_the_languages_write_it(value: str) -> None:
    assert TypeAdapter(Instant).validate_json(f'"{value}"') == datetime(2027, 4, 5, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize("value", ["1735689600", "2027-04-05T24:00:00Z", "2027-04-05T07:30:00+99:00", "2027-04-05"])
def test_an_instant_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(ValidationError, match="datetime"):
        TypeAdapter(Instant).validate_json(f'"{value}"')


@pytest.mark.parametrize("value", ['"2027-01-01T10:00:00"', '"1999-01-01T10:00:00Z"', '"9999-12-31T23:59:59Z"'])
def test_instants_need_an_offset_and_a_plausible_year(value: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Instant).validate_json(value)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        (Departement, "1２"),
        (Commune, "3５238"),
        (Rome, "F１605"),
        (Siren, "73282932０"),
        (Siret, "7328293200007４"),
        (Uai, "075065２B"),
    ],
)
def test_a_code_has_no_digits_but_0_to_9(code: Any, value: str) -> None:
    adapter: TypeAdapter[str] = TypeAdapter(code)
    assert adapter.validate_python(unicodedata.normalize("NFKC", value))
    with pytest.raises(ValidationError):
        adapter.validate_python(value)
