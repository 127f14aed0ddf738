"""A Kubernetes control plane of one's own: etcd, API server, controllers, scheduler; its two nodes run nothing."""

import json
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from shared.stack.processes import Process, StackError, free_port
from tests.manifests.api import Api
from tests.manifests.crds import crds
from tests.manifests.kubelet import Kubelet
from tests.manifests.toolbox import toolbox

START_SECONDS = 120.0
STRICTLY = ("apply", "--server-side", "--validate=strict", "--warnings-as-errors")


class RefusedError(Exception):
    """What kubectl said when it failed."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running control plane, as kubectl and a node reach it."""

    home: Path
    api: Api
    kubelet: Kubelet

    def kubectl(self, *arguments: str, given: str | None = None) -> str:
        """What kubectl prints; raises RefusedError with what it says when it fails."""
        command = [str(toolbox() / "kubectl"), f"--kubeconfig={self.home / 'kubeconfig'}", *arguments]
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=False, cwd=self.home)
        if done.returncode:
            raise RefusedError(done.stderr + done.stdout)
        return done.stdout

    def apply(self, text: str, *options: str) -> str:
        """Apply resources, where a field that nobody knows and a warning are errors."""
        return self.kubectl(*STRICTLY, *options, "-f", "-", given=text)

    def add_kinds(self) -> None:
        """Teach the API server the kinds of our operators."""
        self.kubectl(*STRICTLY, "-f", str(crds()))
        self.wait_until(self._knows_kinds, "the API server to know the new kinds")

    def _knows_kinds(self) -> bool:
        # `kubectl wait` fails where there is no condition yet.
        states = json.loads(self.kubectl("get", "crd", "-o", "json"))["items"]
        true = [
            {one["type"] for one in state["status"].get("conditions") or () if one["status"] == "True"}
            for state in states
        ]
        return all("Established" in types for types in true)

    def wait_until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until a condition holds, or say what was awaited."""
        deadline = time.monotonic() + START_SECONDS
        while not condition():
            if time.monotonic() > deadline:
                raise StackError(f"after {START_SECONDS:.0f} s still waiting for {what}")
            time.sleep(0.1)


@contextmanager
def control_plane(home: Path) -> Iterator[Cluster]:
    """Start it in a folder of its own, on free ports, with a certificate and a token that nothing else has."""
    api = Api(free_port(), home / "tls.crt", secrets.token_urlsafe(32))
    _prepare(home, api)
    # Killed, for nothing of it is kept: asked to end, the API server waits for its watches for twenty seconds.
    with ExitStack() as ending:
        kubelet = Kubelet(api)
        ending.callback(kubelet.end)  # last: the end of the API server ends its watch
        etcd, storage = _start_etcd(home)
        ending.callback(etcd.stop, signal.SIGKILL)
        server = _start(home, "kube-apiserver", _server(home, api, storage))
        ending.callback(server.stop, signal.SIGKILL)
        server.wait_until(lambda: _is_ready(api), START_SECONDS)
        for name, options in (("kube-controller-manager", _controllers(home)), ("kube-scheduler", ())):
            ending.callback(_start(home, name, [*_client(home), *options]).stop, signal.SIGKILL)
        kubelet.begin()
        ending.callback(kubelet.leave)
        yield Cluster(home, api, kubelet)


def _is_ready(api: Api) -> bool:
    try:
        return api.ask("GET", "/readyz").status == 200
    except OSError:
        return False


def _start(home: Path, name: str, options: Sequence[str]) -> Process:
    return Process(name, ["nice", toolbox() / name, *options], log=home / f"{name}.log")


def _start_etcd(home: Path) -> tuple[Process, str]:
    clients, peers = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    options = [
        *(f"--data-dir={home / 'etcd'}", "--unsafe-no-fsync", f"--initial-cluster=default={peers}"),
        *(f"--listen-client-urls={clients}", f"--advertise-client-urls={clients}"),
        *(f"--listen-peer-urls={peers}", f"--initial-advertise-peer-urls={peers}"),
    ]
    return _start(home, "etcd", options), clients


def _server(home: Path, api: Api, storage: str) -> list[str]:
    return [
        *(f"--etcd-servers={storage}", "--bind-address=127.0.0.1", f"--secure-port={api.port}"),
        *(f"--tls-cert-file={api.ca}", f"--tls-private-key-file={home / 'tls.key'}"),
        *("--service-account-issuer=https://kubernetes.default.svc", f"--service-account-key-file={home / 'tls.key'}"),
        *(f"--service-account-signing-key-file={home / 'tls.key'}", "--service-cluster-ip-range=10.96.0.0/16"),
        *("--authorization-mode=Node,RBAC", f"--token-auth-file={home / 'tokens.csv'}"),
        *("--endpoint-reconciler-type=none", "--allow-privileged=true"),
    ]


def _client(home: Path) -> list[str]:
    configuration = home / "kubeconfig"
    return [
        *(f"--kubeconfig={configuration}", f"--authentication-kubeconfig={configuration}"),
        *(f"--authorization-kubeconfig={configuration}", "--leader-elect=false", "--bind-address=127.0.0.1"),
        *(f"--secure-port={free_port()}", f"--cert-dir={home}"),
    ]


def _controllers(home: Path) -> tuple[str, ...]:
    return (
        f"--service-account-private-key-file={home / 'tls.key'}",
        f"--root-ca-file={home / 'tls.crt'}",
        "--use-service-account-credentials=true",
        # Our nodes say once that they are there.
        "--node-monitor-grace-period=24h",
    )


def _prepare(home: Path, api: Api) -> None:
    if not shutil.which("openssl"):
        raise StackError("The openssl command is missing: install it (apt-get install openssl) and run this again.")
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", str(home / "tls.key"), "-out", str(api.ca)]
    subprocess.run([*make, *names, *files], check=True, capture_output=True)
    (home / "tokens.csv").write_text(f"{api.token},admin,admin,system:masters\n", "utf-8")
    configuration = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {
                "name": "own",
                "cluster": {"server": f"https://localhost:{api.port}", "certificate-authority": str(api.ca)},
            }
        ],
        "users": [{"name": "admin", "user": {"token": api.token}}],
        "contexts": [{"name": "own", "context": {"cluster": "own", "user": "admin"}}],
        "current-context": "own",
    }
    (home / "kubeconfig").write_text(json.dumps(configuration), "utf-8")
