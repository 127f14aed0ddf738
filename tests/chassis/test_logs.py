"""What a service logs: each thing that happens, but not the same thing at every attempt."""

import logging

import pytest

from shared.chassis.telemetry import QUIET_SECONDS, Seldom

UNABLE = "Unable connect to node with id %s: %s"


def record(name: str, message: str, at: float, *arguments: object) -> logging.LogRecord:
    made = logging.LogRecord(name, logging.ERROR, "", 0, message, arguments, None)
    made.created = at
    return made


def test_the_kafka_client_says_one_sentence_a_minute_whatever_it_fills_in() -> None:
    seldom = Seldom()
    times = [1000.0, 1000.5, 1000 + QUIET_SECONDS - 1, 1000 + QUIET_SECONDS, 1001 + QUIET_SECONDS]
    said = [seldom.filter(record("aiokafka", UNABLE, at, number, "refused")) for number, at in enumerate(times)]
    assert said == [True, False, False, True, False]


@pytest.mark.parametrize(("name", "message"), [("aiokafka.conn", "Other"), ("shared.chassis.relay", UNABLE)])
def test_another_sentence_and_our_own_are_said_at_once(name: str, message: str) -> None:
    seldom = Seldom()
    seldom.filter(record("aiokafka", UNABLE, 1000.0, 1, "refused"))
    assert seldom.filter(record(name, message, 1000.0))
    assert name.startswith("aiokafka") or seldom.filter(record(name, message, 1000.0))
