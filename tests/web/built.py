"""The web pages as they are built for the server, once for each run of the tests."""

import fcntl
import shutil
import subprocess
from pathlib import Path

from servers import needs

ROOT = Path(__file__).parents[2]
WEB = ROOT / "web"
SECONDS = 600


def build_once(shared: Path, run: str) -> None:
    """Build them, unless another worker of this run did; skips where there is no Node.js.

    Args:
        shared: A folder that all workers of the run have.
        run: What tells this run from others.
    """
    npm = shutil.which("npm") or needs("Node.js with npm", "apt-get install npm")
    stamp = shared / "pages-built"
    with (shared / "pages-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text() == run:
            return
        if not (WEB / "node_modules").is_dir():
            _npm(npm, "ci")
        _npm(npm, "run", "build")
        stamp.write_text(run)


def _npm(npm: str, *arguments: str) -> None:
    done = subprocess.run(
        [npm, *arguments],
        cwd=WEB,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, (arguments, done.stdout[-3000:], done.stderr[-3000:])
