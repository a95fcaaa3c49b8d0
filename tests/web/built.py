"""The web pages as they are built for the server."""

import subprocess
import sys
from pathlib import Path

from servers import needs

ROOT = Path(__file__).parents[2]
AXE = ROOT / "web/node_modules/axe-core/axe.min.js"
NODE = "apt-get install nodejs npm (20.19 or newer)"
SECONDS = 900


def require_built() -> None:
    """Build them if they are older than their sources; skips where there is no Node.js."""
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/build-web"],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if "this machine has no Node.js" in done.stderr:
        needs("Node.js", NODE)
    assert done.returncode == 0, done.stderr
    if not AXE.exists():
        needs("axe-core", "npm ci in web/")
