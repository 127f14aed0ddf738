"""Alerts: tried by promtool, on metrics that a service shows, each with a page that says what to do."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
MONITORING = ROOT / "deploy/monitoring"
EXPOSED = """
from services.notifications import jobs
from shared.chassis import metrics
metrics.set_up("notifications")
metrics.waits(OSError(), begins=True)
metrics.rebalanced()
metrics.timer("fired")
metrics.in_hand(1)
metrics.relayed([(1, None)])
with metrics.attempt(1):
    jobs._emails.add(1, {"outcome": "sent"})
for gauge in [*metrics.GAUGES]:
    metrics._seen[gauge] = [metrics.Observation(1)]
print(metrics.exposition().decode())
"""
"""One of each metric, whatever would have to happen for it."""
OF_PROMETHEUS = {"up"}


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load((MONITORING / "rules.yaml").read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def promtool(*arguments: str) -> str:
    assert shutil.which("promtool"), "promtool is missing: it comes with Debian's package prometheus"
    done = subprocess.run(["promtool", *arguments], cwd=MONITORING, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_promtool_takes_the_rules_and_each_alert_fires_under_its_condition() -> None:
    assert f"{len(alerts())} rules found" in promtool("check", "rules", "rules.yaml")
    promtool("test", "rules", "rules_test.yaml")
    tests = yaml.safe_load((MONITORING / "rules_test.yaml").read_text("utf-8"))["tests"]
    fired = {case["alertname"] for test in tests for case in test["alert_rule_test"] if case.get("exp_alerts")}
    assert fired == {rule["alert"] for rule in alerts()}


@pytest.mark.parametrize("alert", alerts(), ids=lambda rule: rule["alert"])
def test_an_alert_says_how_bad_it_is_and_has_a_page(alert: dict[str, Any]) -> None:
    assert alert["labels"]["severity"] in {"critical", "warning"}
    assert alert["annotations"]["summary"].endswith(".")
    page = (ROOT / alert["annotations"]["runbook_url"]).read_text("utf-8")
    assert page.startswith(f"# {alert['alert']}: ")
    assert "**Means.**" in page


def test_every_page_has_its_alert() -> None:
    pages = {f"deploy/runbooks/{page.name}" for page in (ROOT / "deploy/runbooks").iterdir()}
    assert pages == {rule["annotations"]["runbook_url"] for rule in alerts()}


def test_alerts_ask_for_metrics_that_a_service_shows() -> None:
    shown = subprocess.run([sys.executable, "-c", EXPOSED], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = set(re.findall(r"^([a-z_]+)[{ ]", shown, re.MULTILINE)) | OF_PROMETHEUS
    asked = {
        name
        for rule in alerts()
        for name in re.findall(r"\b((?:passerelle|messaging)_\w+|up)\b(?=[{\[)])", rule["expr"])
    }
    assert len(asked) > 6
    assert asked <= names
