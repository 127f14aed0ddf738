"""The `passerelle` script before anything is installed: each missing prerequisite is one clear sentence."""

import hashlib
import http.server
import importlib.machinery
import importlib.util
import io
import json
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[2] / "passerelle"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module; it only runs when it is the main one."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader = importlib.machinery.SourceFileLoader("passerelle_script", str(SCRIPT))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def wheel(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("uv-1.0.0.data/scripts/uv", content)
    return packed.getvalue()


@pytest.fixture
def index(script: ModuleType) -> Iterator[tuple[str, dict[str, str]]]:
    """A package index over HTTP with two wheels for this machine; the hashes it tells can be changed."""
    machine = script.platform.machine()
    names = {f"uv-{version}-py3-none-manylinux_2_17_{machine}.whl": version for version in ("0.9.0", "0.10.0")}
    hashes = {name: hashlib.sha256(wheel(version.encode())).hexdigest() for name, version in names.items()}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.rsplit("/", 1)[1]
            files = [{"filename": n, "url": f"../../files/{n}", "hashes": {"sha256": h}} for n, h in hashes.items()]
            body = wheel(names[name].encode()) if name in names else json.dumps({"files": files}).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/index", hashes
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_old_python_is_told_in_one_sentence() -> None:
    pretend = f"import sys; sys.version_info = (3, 9, 2); exec(open({str(SCRIPT)!r}).read())"
    done = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == (
        "Passerelle needs Python 3.11 or newer, and this is 3.9: install it, then run this again with it.\n"
    )


def test_another_system_is_told_in_one_sentence() -> None:
    pretend = f"import sys; sys.platform = 'darwin'; exec(open({str(SCRIPT)!r}).read())"
    done = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "Passerelle runs on Linux, and this is darwin: run it in a virtual machine or in WSL.\n"


def test_without_pip_the_newest_uv_is_taken_from_the_index(
    script: ModuleType, index: tuple[str, dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", index[0])
    script.unpack_uv(tmp_path)
    assert (tmp_path / "bin" / "uv").read_bytes() == b"0.10.0"
    assert (tmp_path / "bin" / "uv").stat().st_mode & 0o111


def test_a_wheel_with_another_hash_is_not_used(
    script: ModuleType, index: tuple[str, dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", index[0])
    index[1].update(dict.fromkeys(index[1], "0" * 64))
    with pytest.raises(ValueError, match="hash does not match"):
        script.unpack_uv(tmp_path)
    assert not (tmp_path / "bin").exists()


def test_an_index_that_does_not_answer_is_said_with_the_remedy(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:1/index")
    monkeypatch.setattr(script.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(SystemExit, match=r"uv could not be fetched from the package index .*: check the network"):
        script.fetch_uv(tmp_path)


def test_a_home_that_cannot_be_written_is_replaced_by_a_folder_beside_the_code(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(script, "ROOT", tmp_path)
    assert script.cache_folder() == tmp_path / ".cache"


def test_the_index_is_the_one_that_pip_uses(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configuration = tmp_path / "pip.conf"
    configuration.write_text("[global]\nindex-url = https://mirror.example/index\n")
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(configuration))
    assert script.index_address() == "https://mirror.example/index"


def test_it_runs_from_any_folder(tmp_path: Path) -> None:
    done = subprocess.run([SCRIPT, "--help"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "demo" in done.stdout
