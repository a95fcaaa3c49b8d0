"""Programs of ours, each a process of its own, forked from one in which all modules are loaded.

Loading them takes ten times what most commands take, and there are some thousand of those. All else is as in a new
interpreter: arguments, environment, working directory, standard streams, signals, exit codes.
"""

import gc
import multiprocessing
import os
import runpy
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from pathlib import Path
from pkgutil import walk_packages
from typing import Any, Final, cast

import pytest

_CONTEXT: Final = multiprocessing.get_context("forkserver")
_NOTHING: Final = Path(os.devnull)


@cache
def processes() -> ForkServerContext:
    """Where processes are forked in which everything is loaded."""
    _CONTEXT.set_forkserver_preload(["servers.preloaded"])
    # The path of this process reaches only those who are forked; what can't be found before is left out without a word.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        forkserver.ensure_running()
    return _CONTEXT


class Program:
    """A program that was started; what can be asked of it is what can be of a `subprocess.Popen`.

    Args:
        command: Behind `python`: `-m` and a module, or a file; then its arguments.
        environment: All of it.
        output: Where standard output is added.
        errors: Where standard error is added; where output is, if left out.
        stdin: Where standard input is read from.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        output: Path = _NOTHING,
        errors: Path | None = None,
        stdin: Path = _NOTHING,
    ) -> None:
        streams = (str(stdin), str(output), str(errors or output))
        self._process: Any = processes().Process(
            target=_run, args=(list(command), dict(environment), str(Path.cwd()), streams)
        )
        self._process.start()
        self.pid = cast("int", self._process.pid)

    def poll(self) -> int | None:
        """Its exit code; the negative number of the signal that ended it; None while it runs."""
        return self._process.exitcode

    def wait(self, seconds: float | None = None) -> int:
        """Its exit code, once it has ended.

        Raises:
            TimeoutError: It hasn't.
        """
        self._process.join(seconds)
        code = self.poll()
        if code is None:
            raise TimeoutError(f"process {self.pid} still runs")
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to stop."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


def load(package: str, but: frozenset[str]) -> None:
    """Load all modules of a package, but for some, before anything is forked."""
    module = import_module(package)
    for one in walk_packages(module.__path__, f"{package}."):
        if one.name not in but and not one.name.endswith(".__main__"):
            import_module(one.name)
    gc.collect()
    gc.freeze()


def _run(command: list[str], environment: dict[str, str], folder: str, streams: tuple[str, str, str]) -> None:
    """Become the program."""
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(folder)
    for descriptor, (path, flags) in enumerate(
        zip(streams, (os.O_RDONLY, *[os.O_WRONLY | os.O_CREAT | os.O_APPEND] * 2), strict=True)
    ):
        opened = os.open(path, flags, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    # multiprocessing has closed it.
    sys.stdin = os.fdopen(0)
    for stream in (sys.stdout, sys.stderr):
        cast("Any", stream).reconfigure(line_buffering=True)
    if command[0] == "-m":
        sys.argv = command[1:]
        runpy.run_module(command[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = command
        runpy.run_path(command[0], run_name="__main__")
