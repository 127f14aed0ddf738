"""Two nodes on which nothing runs: whatever is scheduled there is said to be ready, jobs to be done, and may go."""

from datetime import UTC, datetime
from http.client import HTTPException
from itertools import count
from threading import Event, Thread

from tests.manifests.api import MERGE, Api, Resource

NODES = ("node-1", "node-2")
ROOM = {"cpu": "16", "memory": "64Gi", "pods": "110", "ephemeral-storage": "100Gi"}


class Kubelet:
    """What a node's agent tells the API server, without any container."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._addresses = count(1)
        self.goes_on = Event()
        """While it is clear, nothing on the nodes changes."""
        self.goes_on.set()
        self._over = Event()
        self._thread = Thread(target=self._follow, daemon=True)

    def begin(self) -> None:
        """Make the nodes, and play their part until the API server ends."""
        for name in NODES:
            labels = {"kubernetes.io/hostname": name, "topology.kubernetes.io/zone": f"zone-of-{name}"}
            node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels}}
            self._told("POST", "/api/v1/nodes", node)
            ready = {"type": "Ready", "status": "True", "reason": "Pretended", "lastHeartbeatTime": _now()}
            status = {"capacity": ROOM, "allocatable": ROOM, "conditions": [ready | {"lastTransitionTime": _now()}]}
            self._told("PATCH", f"/api/v1/nodes/{name}/status", {"status": status})
        self._thread.start()

    def leave(self) -> None:
        """From now on the API server may end at any moment."""
        self._over.set()
        self.goes_on.set()

    def end(self) -> None:
        """Once the API server has ended, so does the watch."""
        if self._thread.is_alive():
            self._thread.join()

    def _follow(self) -> None:
        try:
            self._watch()
        except (OSError, HTTPException):
            if not self._over.is_set():
                raise

    def _watch(self) -> None:
        for event in self._api.watch("/api/v1/pods"):
            self.goes_on.wait()
            pod = event["object"]
            if event["type"] == "DELETED" or not pod["spec"].get("nodeName"):
                continue
            path = f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}"
            if "deletionTimestamp" in pod["metadata"]:
                self._told("DELETE", path, {"gracePeriodSeconds": 0})
            elif pod["status"]["phase"] == "Pending":
                self._told("PATCH", f"{path}/status", {"status": self._status(pod)})

    def _status(self, pod: Resource) -> Resource:
        done = pod["spec"]["restartPolicy"] == "Never"
        ended = {"terminated": {"exitCode": 0, "reason": "Completed", "startedAt": _now(), "finishedAt": _now()}}
        state = ended if done else {"running": {"startedAt": _now()}}
        address = f"10.244.0.{next(self._addresses)}"
        containers = [
            {
                "name": one["name"],
                "image": one["image"],
                "imageID": one["image"],
                "ready": not done,
                "restartCount": 0,
                "state": state,
            }
            for one in pod["spec"]["containers"]
        ]
        conditions = [
            {"type": kind, "status": str(not (done and "Ready" in kind)), "lastTransitionTime": _now()}
            for kind in ("PodScheduled", "Initialized", "ContainersReady", "Ready")
        ]
        return {
            "phase": "Succeeded" if done else "Running",
            "podIP": address,
            "podIPs": [{"ip": address}],
            "startTime": _now(),
            "containerStatuses": containers,
            "conditions": conditions,
        }

    def _told(self, method: str, path: str, body: Resource) -> None:
        # What is gone by the time that it is told of needs no telling.
        self._api.ask(method, path, body, MERGE if method == "PATCH" else "application/json")


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
