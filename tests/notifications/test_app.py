"""A wrong setting of the mail server ends the service at once, not at the first e-mail."""

import os
import subprocess
import sys

import pytest

from tests.notifications.conftest import ENTRY

GOOD = {**ENTRY, "PASSERELLE_DATABASE": "postgresql://me@127.0.0.1:9/x"}


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PASSERELLE_SMTP_PORT", "abc", "PASSERELLE_SMTP_PORT is wrong: "),
        ("PASSERELLE_MAIL_FROM", "Passerelle", "PASSERELLE_MAIL_FROM is wrong: it must name one mailbox, as in "),
    ],
)
def test_a_wrong_mail_setting_ends_the_service_at_its_start(name: str, value: str, sentence: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "services.notifications.app"],
        env={**os.environ, **GOOD, name: value},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(sentence)
