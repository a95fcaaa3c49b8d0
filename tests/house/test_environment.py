"""`scripts/environment`: of several that start at once, one prepares the environment and the others wait for it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STARTS = 3


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The script, and an installer that only notes what it was asked for."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "environment", tmp_path / "scripts")
    for name in ("pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        (tmp_path / name).write_text("")
    uv = tmp_path / "bin" / "uv"
    uv.parent.mkdir()
    uv.write_text('#!/bin/sh\necho "$@" >> uv.log\n')
    uv.chmod(0o755)
    return tmp_path


def start(checkout: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        ["bash", "-c", ". scripts/environment run && python -c 'import sys; print(sys.prefix)'"],
        cwd=checkout,
        env={
            "PATH": f"{checkout / 'bin'}:{os.environ.get('PATH', os.defpath)}",
            "JACKFIELD_PYTHON": sys.executable,
            "HOME": str(checkout),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_of_several_that_start_at_once_one_prepares_the_environment(checkout: Path) -> None:
    first = [start(checkout) for _ in range(STARTS)]
    ended = [(*process.communicate(timeout=120), process.returncode) for process in first]
    later = start(checkout)
    said = later.communicate(timeout=120)

    assert [(out.strip(), code) for out, _, code in ended] == [(str(checkout / ".venv"), 0)] * STARTS, ended
    assert len([err for _, err, _ in ended if "Preparing" in err]) == 1
    assert len((checkout / "uv.log").read_text().splitlines()) == 2
    assert (later.returncode, said[1]) == (0, "")
