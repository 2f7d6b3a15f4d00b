"""The wheel as a user installs it: everything is inside, and the demo runs without a network."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import time
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of a fresh environment with our wheel, and only the dependencies from this one."""
    base = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", base, ROOT],
        check=True,
    )
    (wheel,) = base.glob("friendlywifi-*.whl")
    environment = base / "environment"
    venv.create(environment, with_pip=False)
    site = next((environment / "lib").glob("python3*")) / "site-packages"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", site, wheel], check=True
    )
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return environment / "bin"


def _python(installed: Path, code: str) -> str:
    done = subprocess.run(
        [installed / "python", "-c", code], cwd=installed, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_wheel_holds_what_it_reads(installed: Path) -> None:
    code = """
import pathlib, friendlywifi, probes, criteria, certificates
for package in (friendlywifi, probes, criteria, certificates):
    assert "environment" in package.__file__, package.__file__
    assert (pathlib.Path(package.__file__).parent / "py.typed").exists()
from friendlywifi.shipped import ids, load_standard
assert "baseline" in ids()
load_standard("baseline")
from probes.targets.shipped import shipped
from friendlywifi.lab import Lab
print(len(shipped()), len(Lab.scenarios()))
"""
    lists, scenarios = map(int, _python(installed, code).split())
    assert lists >= 4
    assert scenarios >= 8


def test_the_demo_runs_from_the_wheel_without_a_network(
    installed: Path, tmp_path: Path, record_property: pytest.FixtureRequest
) -> None:
    alone = ["unshare", "--net", "--map-root-user", "sh", "-c", 'ip link set lo up; exec "$@"', "sh"]
    can = subprocess.run([*alone, "true"], capture_output=True, check=False).returncode == 0
    command = [*(alone if can else []), installed / "python", "-m", "friendlywifi", "demo", "-o", "demo"]
    began = time.monotonic()
    done = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "HOME": str(tmp_path), "PYTHONPATH": ""},
    )
    seconds = time.monotonic() - began
    record_property("seconds", f"{seconds:.1f}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "demo" / "certified" / "certificate.pdf").exists()
    assert seconds < 60
