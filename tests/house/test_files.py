"""What holds for every file of the project."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
_LEFT_FROM_A_MERGE = re.compile(rb"^(<{7} |>{7} |={7}$)", re.MULTILINE)


def test_no_file_has_marks_of_a_merge_that_was_not_finished() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    files = [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]
    assert len(files) > 500

    unfinished = [str(one.relative_to(ROOT)) for one in files if _LEFT_FROM_A_MERGE.search(one.read_bytes())]
    assert not unfinished
