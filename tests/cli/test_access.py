"""Who may do what, as it is declared: it follows from what services hear and from what the contracts say."""

import importlib
import re

import pytest

from shared.chassis.consuming import pattern
from shared.cli.ops.access import (
    CompanyAccess,
    Layout,
    hears,
    programmes,
    rules_of,
    shared_topics,
)
from shared.contracts.catalogue import CONTEXTS, DOMAIN_TOPICS, EVENTS
from shared.contracts.participants import ParticipantRegistered
from shared.contracts.topics import LARGEST_BATCH, PORTAL, is_intake, owner

ACCESS = CompanyAccess("732829320")


@pytest.mark.parametrize("service", CONTEXTS)
def test_a_service_may_read_just_what_its_pattern_matches(service: str) -> None:
    heard = importlib.import_module(f"services.{service}.handlers").handlers.routes
    every = [*DOMAIN_TOPICS, *ACCESS.intakes.values(), ACCESS.feedback]
    rules = rules_of(service) | ACCESS.rules_for_services()
    may_read = {rule.name for rule in rules if rule[:3] == (service, "READ", "TOPIC")}
    assert may_read == {topic for topic in every if re.match(pattern(heard), topic)}


def test_the_programmes_are_the_services_that_hear_companies() -> None:
    hearing = {service for service in CONTEXTS if f"intake.{{sender}}.{service}" in hears(service)}
    assert set(programmes()) == hearing


def test_every_topic_with_a_fixed_name_has_one_writer() -> None:
    for topic in DOMAIN_TOPICS:
        writers = [
            rule.user for service in CONTEXTS for rule in rules_of(service) if rule[1:4] == ("WRITE", "TOPIC", topic)
        ]
        assert writers == [owner(topic)]


def test_names_and_addresses_are_written_by_the_portal_and_read_by_notifications_alone() -> None:
    rules = (
        {rule for service in CONTEXTS for rule in rules_of(service)} | ACCESS.rules("a") | ACCESS.rules_for_services()
    )
    about = {(rule.user, rule.operation) for rule in rules if rule.name == ParticipantRegistered.topic}
    assert about == {(PORTAL, "WRITE"), ("notifications", "READ")}


def test_no_rule_but_a_companys_groups_is_for_a_whole_prefix() -> None:
    rules = (
        {rule for service in CONTEXTS for rule in rules_of(service)} | ACCESS.rules("a") | ACCESS.rules_for_services()
    )
    assert [rule.name for rule in rules if rule.prefixed] == ["company.732829320."]


def test_both_users_of_a_company_may_do_the_same() -> None:
    assert {rule[1:] for rule in ACCESS.rules("a")} == {rule[1:] for rule in ACCESS.rules("b")}


def test_every_topic_of_the_contracts_is_made() -> None:
    made = {topic.name for topic in (*shared_topics(Layout()), *ACCESS.topics())}
    sent = {event.topic.format(sender=ACCESS.siren, company=ACCESS.siren) for event in EVENTS.values()}
    assert sent == made


def test_intake_is_kept_for_a_fortnight_at_least_by_our_clock_and_takes_no_giants() -> None:
    for topic in (*shared_topics(Layout()), *ACCESS.topics()):
        if is_intake(topic.name):
            assert int(topic.configuration["retention.ms"]) >= 14 * 24 * 3600 * 1000
            assert topic.configuration["message.timestamp.type"] == "LogAppendTime"
            assert topic.configuration["max.message.bytes"] == str(LARGEST_BATCH)
