"""Whether a start of the server has the example company: decided before anything else is made."""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Self

from jackfield.bootstrap import Parts
from jackfield.db import Database
from jackfield.directory import find_installation, has_people
from jackfield.example.company import Company
from jackfield.example.record import ExampleFolder, ExampleRecord
from jackfield.settings import Settings


@dataclass(frozen=True, slots=True)
class Example:
    """The example of this start."""

    folder: ExampleFolder
    record: ExampleRecord

    @classmethod
    def find(cls, settings: Settings, database: Database) -> Self | None:
        """The example that this start has, if any.

        An installation that begins at this start gets one, unless it is told not to; of one that has begun, only what
        it has counts. Unasked, nothing gets one that looks like more than trying out.
        """
        folder = ExampleFolder(settings.data_dir)
        if settings.example is False:
            return None
        installation = database.read_now(find_installation)
        if installation is None:
            if not (settings.example or _is_for_trying_out(settings)):
                return None
            # Written before the installation is: cut off at any moment, the next start knows what was begun.
            folder.remove()
            folder.write(ExampleRecord())
        elif settings.production and not settings.example:
            return None
        record = folder.find()
        if record is None or (installation is not None and not _belongs(record, installation.id, database)):
            return None
        return cls(folder, record)

    def widen(self, settings: Settings) -> Settings:
        """The settings with which connections may use the example's files, too."""
        return settings.model_copy(update={"files_roots": (*settings.files_roots, self.folder.files)})

    def company(self, parts: Parts) -> Company:
        """The company, for a running server; from now on its record names the installation."""
        if self.record.installation_id != parts.vault.installation_id:
            self.record.installation_id = parts.vault.installation_id
            self.folder.write(self.record)
        return Company(parts, self.folder, self.record)


def _belongs(record: ExampleRecord, installation_id: str, database: Database) -> bool:
    """Whether a record is this installation's.

    One that names none was begun by a start that was cut off, before the installation had anybody: one that has people
    is another one, whose people have not asked for an example.
    """
    if record.installation_id:
        return record.installation_id == installation_id
    return not database.read_now(has_people)


def _is_for_trying_out(settings: Settings) -> bool:
    try:
        is_own_machine = settings.host == "localhost" or ip_address(settings.host).is_loopback
    except ValueError:
        is_own_machine = False
    return is_own_machine and not settings.production and not settings.database_url and not settings.public_url
