"""What both connectors for files do, on a real folder and a real OpenSSH server."""

import base64
import os
from typing import Any

import pytest

from catalog.files.conftest import Place
from jackfield.connectors import Effect, Repeat, parse_fields
from jackfield.errors import ConflictError, InvalidError, LimitedError

CONTENT = bytes(range(256)) * 100


def file_of(data: bytes) -> dict[str, Any]:
    return {"name": "ignored", "base64": base64.b64encode(data).decode()}


async def test_what_is_written_is_read_and_lies_on_the_disk(place: Place) -> None:
    written = await place.call("write", path="Rechnungen/März 2026.pdf", file=file_of(CONTENT), create_folders=True)

    read = await place.call("read", path="Rechnungen/März 2026.pdf")

    assert (written.path, written.size, written.replaced) == ("Rechnungen/März 2026.pdf", len(CONTENT), False)
    assert read.file.data == CONTENT
    assert (read.file.name, read.file.media_type) == ("März 2026.pdf", "application/pdf")
    assert (place.root / "Rechnungen" / "März 2026.pdf").read_bytes() == CONTENT
    assert [path.name for path in (place.root / "Rechnungen").iterdir()] == ["März 2026.pdf"]


async def test_a_new_file_never_replaces_one_unasked(place: Place) -> None:
    (place.root / "a.txt").write_text("first")

    with pytest.raises(ConflictError) as refused:
        await place.call("write", path="a.txt", file=file_of(b"second"))

    assert (refused.value.code, refused.value.data["field"]) == ("file.exists", "arguments.path")
    assert (place.root / "a.txt").read_text() == "first"
    assert [path.name for path in place.root.iterdir()] == ["a.txt"]


async def test_a_file_is_replaced_when_asked_for(place: Place) -> None:
    (place.root / "a.txt").write_text("a longer first content")

    result = await place.call("write", path="a.txt", file=file_of(b"second"), if_exists="replace")

    assert result.replaced
    assert (place.root / "a.txt").read_text() == "second"


async def test_a_new_file_gets_the_next_free_number_when_asked_for(place: Place) -> None:
    for name in ("a.tar.gz", "a.tar (2).gz"):
        (place.root / name).write_text("there")

    result = await place.call("write", path="a.tar.gz", file=file_of(b"third"), if_exists="rename")

    assert result.path == "a.tar (3).gz"
    assert (place.root / "a.tar (3).gz").read_text() == "third"


async def test_a_file_is_not_written_into_a_folder_that_is_not_there(place: Place) -> None:
    (place.root / "a").touch()

    with pytest.raises(InvalidError, match="there is no folder at 'none'") as written:
        await place.call("write", path="none/a.txt", file=file_of(b""))
    with pytest.raises(InvalidError, match="there is no folder at 'none'") as moved:
        await place.call("move", path="a", to="none/a.txt")
    with pytest.raises(InvalidError, match="there is no folder at 'none'") as made:
        await place.call("make_folder", path="none/a", create_folders=False)

    assert (written.value.code, written.value.data["field"]) == ("file.not_found", "arguments.path")
    assert (moved.value.code, moved.value.data["field"]) == ("file.not_found", "arguments.to")
    assert (made.value.code, made.value.data["field"]) == ("file.not_found", "arguments.path")


async def test_a_place_that_leads_out_is_named_where_it_was_given(place: Place) -> None:
    (place.root / "a").touch()
    (place.root / "out").symlink_to("/etc")

    with pytest.raises(InvalidError) as refused:
        await place.call("move", path="a", to="out/a")

    assert (refused.value.code, refused.value.data["field"]) == ("path.outside", "arguments.to")


async def test_a_folder_is_not_replaced_by_a_file(place: Place) -> None:
    (place.root / "a").mkdir()

    with pytest.raises(InvalidError) as refused:
        await place.call("write", path="a", file=file_of(b""), if_exists="replace")

    assert refused.value.code == "file.wrong_kind"


async def test_a_file_that_is_too_large_is_refused_and_not_cut(place: Place) -> None:
    (place.root / "big").write_bytes(b"x" * 1001)

    with pytest.raises(LimitedError) as by_the_caller:
        await place.call("read", path="big", max_bytes=1000)
    (place.root / "big").write_bytes(b"x" * ((1 << 20) + 1))
    with pytest.raises(LimitedError) as by_the_installation:
        await place.call("read", path="big")
    with pytest.raises(LimitedError) as writing:
        await place.call("write", path="new", file=file_of(b"x" * ((1 << 20) + 1)))

    assert by_the_caller.value.data == {"limit": 1000, "field": "arguments.max_bytes"}
    assert by_the_installation.value.data["limit"] == 1 << 20
    assert writing.value.code == "file.too_large"


@pytest.mark.parametrize("content", ["%%", "YQ", "ü"])
async def test_content_that_is_no_base_64_is_refused_with_its_place(place: Place, content: str) -> None:
    with pytest.raises(InvalidError) as refused:
        await place.call("write", path="a", file={"name": "a", "base64": content})

    assert refused.value.data["field"] == "arguments.file.base64"


async def test_a_list_is_sorted_and_goes_as_deep_as_asked(place: Place) -> None:
    for path in ("b/x.txt", "b/c/y.txt", "a.txt", "z.txt"):
        (place.root / path).parent.mkdir(parents=True, exist_ok=True)
        (place.root / path).write_text("12345")

    flat = await place.call("list")
    deep = await place.call("list", depth=3)

    assert [(entry.path, entry.kind) for entry in flat.entries] == [
        ("a.txt", "file"),
        ("b", "folder"),
        ("z.txt", "file"),
    ]
    assert [entry.path for entry in deep.entries] == ["a.txt", "b", "b/c", "b/c/y.txt", "b/x.txt", "z.txt"]
    assert (flat.entries[0].size, flat.entries[0].name, flat.next) == (5, "a.txt", "")
    assert flat.entries[0].modified is not None


async def test_a_list_is_continued_without_gap_or_repetition(place: Place) -> None:
    for number in range(7):
        (place.root / f"d{number}" / "e").mkdir(parents=True)
        (place.root / f"d{number}" / "e" / "f.txt").touch()
        (place.root / f"d{number} x").touch()
    whole = [entry.path for entry in (await place.call("list", depth=5)).entries]
    assert len(whole) == 28

    pages: list[str] = []
    after = ""
    while True:
        page = await place.call("list", depth=5, max=3, after=after)
        pages += [entry.path for entry in page.entries]
        after = page.next
        if not after:
            break

    assert pages == whole


async def test_a_list_is_narrowed_to_a_name_pattern(place: Place) -> None:
    for name in ("a.pdf", "b.txt", "c.PDF"):
        (place.root / name).touch()
    (place.root / "d").mkdir()
    (place.root / "d" / "e.pdf").touch()

    listing = await place.call("list", depth=2, pattern="*.pdf")

    assert [entry.path for entry in listing.entries] == ["a.pdf", "d/e.pdf"]


async def test_names_that_no_path_can_say_are_counted_and_left_out(place: Place) -> None:
    (place.root / "good").touch()
    for name in (b"not-utf8-\xff", b"line\nbreak", b"back\\slash"):
        os.mknod(os.fsencode(place.root) + b"/" + name)

    listing = await place.call("list")

    assert [entry.name for entry in listing.entries] == ["good"]
    assert listing.unnamed == 3


async def test_a_folder_that_is_not_there_can_not_be_listed(place: Place) -> None:
    (place.root / "file").touch()

    with pytest.raises(InvalidError) as missing:
        await place.call("list", path="none")
    with pytest.raises(InvalidError) as no_folder:
        await place.call("list", path="file")

    assert missing.value.code == "file.not_found"
    assert no_folder.value.code == "file.wrong_kind"


async def test_files_and_folders_are_moved(place: Place) -> None:
    (place.root / "in").mkdir()
    (place.root / "in" / "a.txt").write_text("a")

    file = await place.call("move", path="in/a.txt", to="done/2026/b.txt", create_folders=True)
    folder = await place.call("move", path="done", to="in/done")

    assert (file.path, folder.path) == ("done/2026/b.txt", "in/done")
    assert (place.root / "in" / "done" / "2026" / "b.txt").read_text() == "a"
    assert not (place.root / "done").exists()


async def test_moving_never_replaces_unasked_nor_a_folder(place: Place) -> None:
    for name in ("a", "b"):
        (place.root / name).write_text(name)
    (place.root / "folder").mkdir()

    with pytest.raises(ConflictError) as refused:
        await place.call("move", path="a", to="b")
    with pytest.raises(ConflictError):
        await place.call("move", path="a", to="folder", if_exists="replace")
    moved = await place.call("move", path="a", to="b", if_exists="replace")

    assert refused.value.data["field"] == "arguments.to"
    assert moved.replaced
    assert (place.root / "b").read_text() == "a"
    assert not (place.root / "a").exists()


async def test_a_folder_is_not_moved_into_itself(place: Place) -> None:
    (place.root / "a").mkdir()

    with pytest.raises(InvalidError) as refused:
        await place.call("move", path="a", to="a/b")

    assert refused.value.data["field"] == "arguments.to"


async def test_what_is_not_there_can_not_be_moved_read_or_deleted(place: Place) -> None:
    for action, more in (("move", {"to": "b"}), ("read", {}), ("delete", {})):
        with pytest.raises(InvalidError) as refused:
            await place.call(action, path="a", **more)
        assert (refused.value.code, refused.value.data["field"]) == ("file.not_found", "arguments.path")


async def test_files_and_empty_folders_are_deleted(place: Place) -> None:
    (place.root / "a").touch()
    (place.root / "b").mkdir()

    assert (await place.call("delete", path="a")).deleted == 1
    assert (await place.call("delete", path="b")).deleted == 1

    assert list(place.root.iterdir()) == []


async def test_a_folder_with_content_is_deleted_only_when_asked_for_and_only_up_to_a_number(place: Place) -> None:
    for path in ("t/a", "t/u/b", "t/u/v/c"):
        (place.root / path).parent.mkdir(parents=True, exist_ok=True)
        (place.root / path).touch()

    with pytest.raises(ConflictError) as full:
        await place.call("delete", path="t")
    with pytest.raises(LimitedError) as too_many:
        await place.call("delete", path="t", recursive=True, max_entries=5)
    everything_is_there = len(list(place.root.rglob("*"))) == 6
    result = await place.call("delete", path="t", recursive=True, max_entries=6)

    assert full.value.code == "folder.not_empty"
    assert (too_many.value.code, too_many.value.data["limit"]) == ("folder.too_large", 5)
    assert everything_is_there
    assert result.deleted == 6
    assert list(place.root.iterdir()) == []


async def test_a_folder_that_is_too_deep_to_be_deleted_stays_whole(place: Place) -> None:
    deep = place.root / "t" / "/".join("d" * 100)
    deep.mkdir(parents=True)
    (place.root / "t/z").touch()
    await place.call("delete", path="t", recursive=True, max_entries=1000)
    gone = not (place.root / "t").exists()
    (deep / "d").mkdir(parents=True)
    (place.root / "t/z").touch()

    with pytest.raises(LimitedError, match="more than 100 levels; nothing was deleted") as refused:
        await place.call("delete", path="t", recursive=True, max_entries=1000)

    assert gone
    assert (refused.value.code, refused.value.data["field"]) == ("folder.too_deep", "arguments.path")
    assert (deep / "d").is_dir()
    assert (place.root / "t/z").exists()


async def test_a_folder_that_is_there_already_is_as_good_as_made(place: Place) -> None:
    first = await place.call("make_folder", path="a/b/c")
    second = await place.call("make_folder", path="a//b/./c/")

    assert (first.created, second.created, second.path) == (True, False, "a/b/c")
    assert (place.root / "a" / "b" / "c").is_dir()
    (place.root / "file").touch()
    with pytest.raises(InvalidError):
        await place.call("make_folder", path="file")


async def test_a_look_says_what_is_there_and_that_nothing_is(place: Place) -> None:
    (place.root / "a.txt").write_text("123")

    there = await place.call("info", path="a.txt")
    root = await place.call("info", path="")
    gone = await place.call("info", path="none/at/all")
    below_a_file = await place.call("info", path="a.txt/b")

    assert (there.exists, there.entry.kind, there.entry.size) == (True, "file", 3)
    assert (root.exists, root.entry.kind) == (True, "folder")
    assert (gone.exists, gone.entry, below_a_file.exists) == (False, None, False)


@pytest.mark.parametrize(
    "path",
    [
        "../a",
        "a/../../b",
        "..",
        "/etc/passwd",
        "a\\..\\..\\b",
        "a\0b",
        "a\r\nb",
        "x" * 256,
        "a/" * 101 + "b",
        "",
        ".",
        "/",
    ],
)
async def test_paths_that_could_leave_the_root_are_refused_before_anything_is_done(folder: Place, path: str) -> None:
    for action, more in (("read", {}), ("delete", {}), ("write", {"file": file_of(b"")}), ("move", {"to": "x"})):
        with pytest.raises(InvalidError) as refused:
            await folder.call(action, path=path, **more)
        assert str(refused.value.data["field"]).startswith("arguments.path")


async def test_the_weight_of_a_call_depends_on_what_it_may_replace(folder: Place) -> None:
    write = folder.connector.actions["write"]

    def weight(if_exists: str) -> tuple[Effect, Repeat]:
        arguments = parse_fields(write.arguments, {"path": "a", "file": file_of(b""), "if_exists": if_exists}, where="")
        found = write.weight_of(arguments)
        return found.effect, found.repeat

    assert weight("refuse") == (Effect.WRITE, Repeat.ONCE)
    assert weight("replace") == (Effect.DESTRUCTIVE, Repeat.REPEATABLE)
