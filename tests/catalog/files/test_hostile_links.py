"""Links and special files that somebody put into a folder must not lead out of it."""

import base64
import os
import threading
from pathlib import Path

import pytest

from catalog.files.conftest import Place
from jackfield.errors import HubError, InvalidError, RemoteRejectedError

SECRET = "what nobody may see"
FILE = {"name": "a", "base64": base64.b64encode(b"new").decode()}


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder beside the root, with a secret."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret").write_text(SECRET)
    return folder


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def from_root(root: Path, outside: Path) -> str:
    return os.path.relpath(outside, root)


async def test_links_that_leave_the_root_are_refused_for_everything(place: Place, outside: Path) -> None:
    (place.root / "absolute").symlink_to(outside)
    (place.root / "relative").symlink_to(from_root(place.root, outside))
    (place.root / "file").symlink_to(outside / "secret")
    (place.root / "chain").symlink_to("./relative")
    refusals = 0

    for link in ("absolute", "relative", "chain"):
        for action, arguments in (
            ("list", {"path": link}),
            ("read", {"path": f"{link}/secret"}),
            ("write", {"path": f"{link}/new", "file": FILE}),
            ("write", {"path": f"{link}/secret", "file": FILE, "if_exists": "replace"}),
            ("move", {"path": f"{link}/secret", "to": "mine"}),
            ("move", {"path": "file", "to": f"{link}/file"}),
            ("delete", {"path": f"{link}/secret"}),
            ("make_folder", {"path": f"{link}/folder"}),
            ("info", {"path": f"{link}/secret"}),
        ):
            with pytest.raises(InvalidError) as refused:
                await place.call(action, **arguments)
            assert refused.value.code == "path.outside", (link, action)
            refusals += 1
    with pytest.raises(InvalidError) as reading:
        await place.call("read", path="file")

    assert reading.value.code == "path.outside"
    assert refusals == 27
    assert names_in(outside) == {"secret"}
    assert (outside / "secret").read_text() == SECRET


async def test_links_that_stay_below_the_root_are_followed(place: Place) -> None:
    (place.root / "a" / "b").mkdir(parents=True)
    (place.root / "a" / "b" / "x").write_text("found")
    (place.root / "short").symlink_to("a/b")
    (place.root / "a" / "b" / "up").symlink_to("../../a/./b/x")

    assert [entry.name for entry in (await place.call("list", path="short")).entries] == ["up", "x"]
    assert (await place.call("read", path="short/x")).file.data == b"found"
    assert (await place.call("read", path="short/up")).file.data == b"found"
    await place.call("write", path="short/y", file=FILE)

    assert (place.root / "a" / "b" / "y").read_text() == "new"


async def test_a_link_is_listed_as_a_link_and_a_tree_is_not_left_through_it(place: Place, outside: Path) -> None:
    (place.root / "tree").mkdir()
    (place.root / "tree" / "link").symlink_to(outside)

    listing = await place.call("list", depth=5)
    deleted = await place.call("delete", path="tree", recursive=True)

    assert [(entry.path, entry.kind) for entry in listing.entries] == [("tree", "folder"), ("tree/link", "link")]
    assert deleted.deleted == 2
    assert (outside / "secret").read_text() == SECRET


async def test_replacing_or_deleting_a_link_leaves_what_it_points_to(place: Place, outside: Path) -> None:
    for name in ("a", "b"):
        (place.root / name).symlink_to(outside / "secret")

    await place.call("write", path="a", file=FILE, if_exists="replace")
    await place.call("delete", path="b")

    assert (place.root / "a").read_text() == "new"
    assert not (place.root / "a").is_symlink()
    assert (outside / "secret").read_text() == SECRET


async def test_links_in_a_circle_are_refused(place: Place) -> None:
    (place.root / "a").symlink_to("b")
    (place.root / "b").symlink_to("a")

    with pytest.raises(HubError) as refused:
        await place.call("read", path="a")

    assert isinstance(refused.value, InvalidError | RemoteRejectedError)


async def test_a_pipe_is_not_waited_for_and_not_read(place: Place) -> None:
    os.mkfifo(place.root / "pipe")

    with pytest.raises(InvalidError) as refused:
        await place.call("read", path="pipe")
    listing = await place.call("list")

    assert refused.value.code == "file.wrong_kind"
    assert [entry.kind for entry in listing.entries] == ["other"]


async def test_exchanging_a_folder_for_a_link_in_the_middle_never_shows_what_is_outside(
    folder: Place, outside: Path
) -> None:
    (folder.root / "real").mkdir()
    (folder.root / "real" / "secret").write_text("harmless")
    (folder.root / "link").symlink_to(outside)
    stop = threading.Event()

    def exchange() -> None:
        while not stop.is_set():
            (folder.root / "real").rename(folder.root / "aside")
            (folder.root / "link").rename(folder.root / "real")
            (folder.root / "real").rename(folder.root / "link")
            (folder.root / "aside").rename(folder.root / "real")

    racer = threading.Thread(target=exchange)
    racer.start()
    seen: set[str] = set()
    try:
        for _ in range(400):
            try:
                seen.add((await folder.call("read", path="real/secret")).file.data.decode())
            except InvalidError as error:
                seen.add(error.code)
    finally:
        stop.set()
        racer.join()

    assert "harmless" in seen
    assert seen <= {"harmless", "path.outside", "file.not_found", "file.wrong_kind"}


async def test_the_root_itself_may_not_be_a_link_out_of_what_is_allowed(folder: Place, outside: Path) -> None:
    (folder.root.parent / "sly").symlink_to(outside)

    with pytest.raises(InvalidError) as refused:
        await folder.but(path=str(folder.root.parent / "sly")).test()

    assert refused.value.data["field"] == "details.path"
