"""Keep what the process holds in memory from being written out by the system (M02)."""

import ctypes
import resource
import sys

_PR_SET_DUMPABLE = 4
"""linux/prctl.h; see prctl(2) and PR_SET_DUMPABLE(2const)."""


def forbid_core_dumps() -> None:
    """No core files of this process, and no attaching to it by others of the same user; call it once, at start.

    On systems other than Linux only the core size is limited. Never fails: it is a second line.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        try:
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        except (OSError, AttributeError):
            # a C library without prctl
            return
