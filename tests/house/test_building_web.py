"""`scripts/build-web`: the pages are built once per state of their sources, and its failures are told in a sentence."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The script, and pages whose build writes one file and counts its runs."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "build-web", tmp_path / "scripts")
    (tmp_path / "src" / "jackfield" / "api").mkdir(parents=True)
    (tmp_path / "web" / "node_modules").mkdir(parents=True)
    (tmp_path / "web" / "package.json").write_text('{"name": "pages"}')
    (tmp_path / "web" / "package-lock.json").write_text("{}")
    (tmp_path / "web" / ".npmrc").write_text("")
    (tmp_path / "bin").mkdir()
    _tool(tmp_path / "bin" / "node", 'echo "v22.13.0"')
    _tool(
        tmp_path / "bin" / "npm",
        'echo "$@" >> ../npm.log',
        'if [ "$1" = run ]; then mkdir -p ../src/jackfield/api/ui && echo page > ../src/jackfield/api/ui/index.html; fi',
    )
    return tmp_path


def _tool(path: Path, *lines: str) -> None:
    path.write_text("\n".join(("#!/bin/sh", *lines, "")))
    path.chmod(0o755)


def build(checkout: Path, *arguments: str, path: str | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "scripts/build-web", *arguments],
        cwd=checkout,
        env={"PATH": path or f"{checkout / 'bin'}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def commands(checkout: Path) -> list[str]:
    return [line.split()[0] for line in (checkout / "npm.log").read_text().splitlines()]


def test_pages_are_built_when_they_are_missing_or_older_than_their_sources(checkout: Path) -> None:
    first = build(checkout)
    again = build(checkout)
    (checkout / "web" / "new.ts").write_text("export {}")
    changed = build(checkout)
    (checkout / "web" / "package-lock.json").write_text("{ }")
    locked = build(checkout)

    assert [one.returncode for one in (first, again, changed, locked)] == [0, 0, 0, 0]
    assert (first.stderr.count("\n"), again.stderr) == (1, "")
    assert commands(checkout) == ["ci", "run", "run", "ci", "run"]
    assert (checkout / "src" / "jackfield" / "api" / "ui" / "index.html").is_file()


def test_a_build_that_fails_is_told_with_what_npm_said_and_tried_again(checkout: Path) -> None:
    _tool(checkout / "bin" / "npm", "echo the registry is away >&2", "exit 7")

    failed = build(checkout)

    assert failed.returncode == 1
    assert "the registry is away" in failed.stderr
    assert failed.stderr.splitlines()[-1] == "The web pages were not built: npm ci failed, as said above"
    assert not (checkout / "src" / "jackfield" / "api" / "ui" / ".built").exists()


@pytest.mark.parametrize("version", ["v18.0.0", "v20.18.1", "v21.7.3", "v22.11.0", "v23.11.0"])
def test_without_node_and_without_a_lock_for_it_the_reason_is_said(checkout: Path, version: str) -> None:
    _tool(checkout / "bin" / "node", f'echo "{version}"')

    failed = build(checkout, path=str(checkout / "bin"))

    assert failed.returncode == 1
    assert failed.stderr.splitlines()[-1] == (
        "The web pages were not built: this machine has no Node.js 20.19, 22.13, or 24 and newer"
    )
