"""The local folder connector: which folders it may lie in, and who it says it is."""

import os
import pwd
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from catalog.files.conftest import Place
from jackfield.catalog.files import FolderConnector, connectors
from jackfield.catalog.files.folder import FolderDetails
from jackfield.connectors import parse_fields
from jackfield.egress import Egress
from jackfield.errors import InvalidError, MisconfiguredError, RemoteRejectedError, RemoteUnavailableError
from servers import needs


async def test_the_test_says_whose_folder_it_is_and_how_much_is_free(folder: Place) -> None:
    identity = await folder.test()

    assert identity.account == pwd.getpwuid(os.getuid()).pw_name
    assert isinstance(identity.notes["free_bytes"], int)


async def test_a_folder_that_is_not_there_is_said_to_be_missing(folder: Place) -> None:
    with pytest.raises(InvalidError) as refused:
        await folder.but(path=f"{folder.root}/none").test()

    assert (refused.value.code, refused.value.data["field"]) == ("file.not_found", "details.path")


async def test_a_folder_outside_the_allowed_ones_is_refused_with_those_that_are_allowed(folder: Place) -> None:
    for path in ("/etc", str(folder.root.parent) + "-not", "/"):
        with pytest.raises(InvalidError) as refused:
            await folder.but(path=path).test()
        assert refused.value.code == "folder.not_allowed"
        assert str(folder.root.parent) in refused.value.message


async def test_with_no_folder_allowed_it_says_what_the_operator_sets(folder: Place) -> None:
    folder.connector = FolderConnector(())

    with pytest.raises(MisconfiguredError) as refused:
        await folder.call("list")

    assert refused.value.data["setting"] == "JACKFIELD_FILES_ROOTS"


async def test_an_allowed_folder_that_went_away_is_a_passing_failure(folder: Place, tmp_path: Path) -> None:
    folder.connector = FolderConnector((tmp_path / "unmounted",))

    with pytest.raises(RemoteUnavailableError):
        await folder.but(path=f"{tmp_path}/unmounted/a").call("list")


@pytest.mark.parametrize("path", ["relative", "/a/../b", "/a\0b", ""])
def test_a_root_is_written_as_a_whole_path(path: str) -> None:
    with pytest.raises(InvalidError) as refused:
        parse_fields(FolderDetails, {"path": path}, where="details")

    assert refused.value.data["field"] == "details.path"


def test_the_origin_has_one_spelling() -> None:
    connector = FolderConnector(())

    spellings = {
        connector.origin(parse_fields(FolderDetails, {"path": path}, where="details"))
        for path in ("/srv/a b", "/srv//a b/", "/srv/./a b")
    }

    assert spellings == {"file:///srv/a%20b"}


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="needs a folder that nobody may write in")
async def test_what_the_operating_system_refuses_is_a_refusal(folder: Place) -> None:
    folder.connector = FolderConnector((Path("/sys"),))

    with pytest.raises(RemoteRejectedError) as refused:
        await folder.but(path="/sys/kernel").call("make_folder", path="jackfield")

    assert refused.value.code == "file.refused"


def test_both_connectors_are_offered_with_forms_and_icons() -> None:
    offered = connectors((Path("/srv"),))

    assert [one.key for one in offered] == ["folder", "sftp"]
    for one in offered:
        assert set(one.actions) == {"list", "read", "write", "move", "delete", "make_folder", "info"}
        assert all(action.description for action in one.actions.values())
        fields = one.details.model_json_schema()["properties"].values()
        assert all(field.get("title") for field in fields)
        icon = Path(__file__).parents[3] / "src" / "jackfield" / "catalog" / "files" / f"{one.key}.svg"
        assert icon.read_text().startswith("<svg")


async def test_a_moment_beyond_the_calendar_is_not_said_and_hides_nothing_else(egress: Egress) -> None:
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        needs("a file system whose times go on for ever", "mount -t tmpfs tmpfs /dev/shm")
    with TemporaryDirectory(dir=memory) as root:
        for name in ("a", "b"):
            (Path(root) / name).touch()
        os.utime(Path(root) / "a", (1e12, 1e12))
        place = Place(FolderConnector((Path(root),)), {"path": root}, egress, Path(root))

        listed = await place.call("list")
        read = await place.call("read", path="a")

    assert [(entry.name, entry.modified is None) for entry in listed.entries] == [("a", True), ("b", False)]
    assert read.modified is None
