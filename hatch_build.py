"""Has the web pages built into a wheel; `pyproject.toml` names it as hatchling's build hook."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebPages(BuildHookInterface[Any]):
    """Builds web/ into src/jackfield/api/ui, as `scripts/build-web` does."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # hatchling's interface
        """Before files are collected; not for a checkout, whose pages `scripts/serve` builds.

        Raises:
            RuntimeError: They can't be built; a wheel without them would serve none.
        """
        if version == "editable":
            return
        script = Path(self.root) / "scripts" / "build-web"
        if subprocess.run([sys.executable, str(script)], check=False).returncode:  # noqa: S603  # our own script
            raise RuntimeError("the web pages could not be built; the lines above say why")
