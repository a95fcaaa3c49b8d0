"""What the process holds in memory stays there."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

CRASH = """
import ctypes, os, resource, sys
from jackfield.vault import forbid_core_dumps

hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
forbid_core_dumps()
forbid_core_dumps()
dumpable = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) if sys.platform == "linux" else 0
print(resource.getrlimit(resource.RLIMIT_CORE), dumpable, flush=True)
os.abort()
"""


@pytest.mark.skipif(os.name != "posix", reason="of POSIX systems")
def test_a_crash_leaves_no_core_file(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", CRASH], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )

    assert ended.stdout.strip() == "(0, 0) 0"
    assert ended.returncode == -signal.SIGABRT
    assert list(tmp_path.iterdir()) == []
