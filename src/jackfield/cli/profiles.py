"""Servers one has signed in at, each with an API token, in a file that only its owner may read (0600)."""

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jackfield.cli.failures import NOT_SIGNED_IN, CommandError
from jackfield.errors import HubError, JsonValue
from jackfield.kernel import Secret, read_json
from jackfield.settings import ClientSettings

FORMAT: Final = "jackfield-profiles-1"
DEFAULT: Final = "default"


@dataclass(frozen=True, slots=True)
class Profile:
    """One server, as one person."""

    name: str
    server: str
    """Its URL, without a slash at the end."""
    token: Secret
    token_id: str = ""
    """To revoke it when signing out; empty when it came from the environment."""
    sign_in_name: str = ""


@dataclass(frozen=True, slots=True)
class Profiles:
    """All of them."""

    current: str
    by_name: Mapping[str, Profile]


def read_profiles(path: Path) -> Profiles:
    """What is in the file; none when there is no file.

    Raises:
        CommandError: Others may read it, or it isn't what `write_profiles` wrote.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return Profiles(DEFAULT, {})
    except OSError as error:
        raise CommandError(f"the profiles in {path} can't be read: {error.strerror}") from None
    with os.fdopen(handle, "rb") as file:
        mode = stat.S_IMODE(os.fstat(handle).st_mode)
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise CommandError(
                f"{path} has API tokens and is open to others (mode {mode:04o}): run `chmod 600 {path}`, and revoke "
                f"the tokens if somebody may have read them"
            )
        raw = file.read()
    try:
        return _parse(read_json(raw, what=str(path)))
    except (HubError, ValueError):
        raise CommandError(
            f"{path} isn't a file of profiles of this version; remove it and sign in again with `jackfield sign-in`"
        ) from None


def _parse(value: JsonValue) -> Profiles:
    match value:
        case {"format": "jackfield-profiles-1", "current": str(current), "profiles": {**entries}}:
            return Profiles(current, {name: _parse_profile(name, entry) for name, entry in entries.items()})
        case _:
            raise ValueError


def _parse_profile(name: str, entry: JsonValue) -> Profile:
    match entry:
        case {"server": str(server), "token": str(token), "token_id": str(token_id), "sign_in_name": str(who)}:
            return Profile(name, server, Secret(token), token_id, who)
        case _:
            raise ValueError


def write_profiles(path: Path, profiles: Profiles) -> None:
    """Replace the file as a whole.

    Raises:
        CommandError: It can't be written.
    """
    document = {
        "format": FORMAT,
        "current": profiles.current,
        "profiles": {
            name: {
                "server": one.server,
                "token": one.token.reveal(),
                "token_id": one.token_id,
                "sign_in_name": one.sign_in_name,
            }
            for name, one in profiles.by_name.items()
        },
    }
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(document, file, indent=2)
            file.write("\n")
            file.flush()
            os.fsync(handle)
        new.replace(path)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise CommandError(f"the profiles in {path} can't be written: {error.strerror}") from None


def keep_profile(path: Path, profile: Profile) -> None:
    """Add or replace a profile, and make it the current one."""
    known = read_profiles(path)
    write_profiles(path, Profiles(profile.name, {**known.by_name, profile.name: profile}))


def forget_profile(path: Path, name: str) -> None:
    """Drop a profile; another one becomes the current one."""
    known = read_profiles(path)
    rest = {key: one for key, one in known.by_name.items() if key != name}
    current = known.current if known.current in rest else next(iter(rest), DEFAULT)
    write_profiles(path, Profiles(current, rest))


def choose_profile(settings: ClientSettings, *, name: str | None, server: str | None) -> Profile:
    """The profile to use: as asked for on the command line, else by the environment, else the current one.

    Raises:
        CommandError: There is none.
    """
    if settings.token is not None and name is None:
        url = server or settings.server
        if not url:
            raise CommandError(
                "JACKFIELD_TOKEN is set, and no server: set JACKFIELD_SERVER, or give --server", exit_code=NOT_SIGNED_IN
            )
        return Profile("", clean_server(url), settings.token)
    known = read_profiles(settings.profile_file)
    wanted = name or ("" if server else settings.profile)
    url = server or ("" if wanted else settings.server)
    if url:
        return _of_server(known, clean_server(url))
    found = known.by_name.get(wanted or known.current)
    if found is None:
        raise _nobody(wanted, known)
    return found


def _of_server(known: Profiles, server: str) -> Profile:
    fitting = [one for one in known.by_name.values() if one.server == server]
    current = next((one for one in fitting if one.name == known.current), None)
    if current is None and len(fitting) > 1:
        names = ", ".join(one.name for one in fitting)
        raise CommandError(f"you are signed in at {server} more than once: choose with --profile ({names})")
    if not fitting:
        raise CommandError(
            f"you aren't signed in at {server}: run `jackfield sign-in {server} --name NAME`", exit_code=NOT_SIGNED_IN
        )
    return current or fitting[0]


def _nobody(wanted: str, known: Profiles) -> CommandError:
    if wanted and known.by_name:
        names = ", ".join(known.by_name)
        return CommandError(f"there is no profile {wanted!r}; there are {names}", exit_code=NOT_SIGNED_IN)
    return CommandError("you aren't signed in: run `jackfield sign-in URL --name NAME`", exit_code=NOT_SIGNED_IN)


def clean_server(url: str) -> str:
    """A server's URL in one spelling: as in `https://jackfield.example.com`."""
    url = url.strip().rstrip("/")
    return url if "://" in url else f"https://{url}"
