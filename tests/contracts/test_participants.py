"""Addresses: what the contract accepts, an e-mail can be written to."""

from email.headerregistry import Address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.contracts.participants import EMAIL_ADDRESS, EmailAddress

address: TypeAdapter[str] = TypeAdapter(EmailAddress)


@pytest.mark.parametrize(
    "value",
    [
        "ines.lemaire@courrier.example",
        "o'neil@x.fr",
        "a+b%c_d-e@sub.x-y.fr",
        f"{'a' * 64}@x.fr",
        f"a@{'b' * 63}.fr",
        "a@1.2.fr",
    ],
)
def test_usual_addresses_pass(value: str) -> None:
    assert address.validate_python(value) == value


@pytest.mark.parametrize(
    "value",
    [
        "a..b@x.fr",
        ".a@x.fr",
        "a.@x.fr",
        "a@x..fr",
        "a@.fr",
        "a@-x.fr",
        "a@x-.fr",
        "a@x",
        "a@x.1",
        "a@b@x.fr",
        "@x.fr",
        "inès@x.fr",
        "a@é.fr",
        "a１@x.fr",
        "a b@x.fr",
        "a@x.fr\n",
        "P <a@x.fr>",
        f"{'a' * 65}@x.fr",
        f"a@{'b' * 64}.fr",
        f"a@{'b.' * 126}fr",
        "",
    ],
)
def test_what_is_no_address_fails(value: str) -> None:
    with pytest.raises(ValidationError):
        address.validate_python(value)


@given(st.from_regex(EMAIL_ADDRESS.replace("$", r"\Z")).filter(lambda value: len(value) <= 254))
def test_an_e_mail_can_be_addressed_to_whatever_matches(value: str) -> None:
    assert Address(addr_spec=value).addr_spec == value
