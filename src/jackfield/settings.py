"""What an operator sets: the only reader of the environment. Every name is `JACKFIELD_` plus the field in capitals."""

import os
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from jackfield.errors import MisconfiguredError
from jackfield.kernel import Secret, describe_wrong_input


class Limits(BaseModel):
    """Defaults of SECURITY §4.2; an operator changes them with `JACKFIELD_LIMITS__NAME`, designers can't."""

    model_config = {"frozen": True, "extra": "forbid"}

    inbound_body_bytes: int = Field(default=1 << 20, ge=1024)
    """The largest body of a request to Jackfield, but for calls and descriptions."""
    inbound_call_bytes: int = Field(default=16 << 20, ge=1024)
    """The largest body of a call; files in it are in base 64, so it holds about three quarters of this."""
    inbound_document_bytes: int = Field(default=24 << 20, ge=1024)
    """The largest body with a description of an API; quotes and line breaks in the description take two bytes each on their
    way."""
    document_json_bytes: int = Field(default=20 << 20, ge=1024)
    """The largest description of an API as JSON; it has to fit into `inbound_document_bytes`, too."""
    document_yaml_bytes: int = Field(default=5 << 20, ge=1024)
    """The largest description as YAML, which takes twenty times the time to read."""
    document_depth: int = Field(default=100, ge=10, le=1000)
    """How deep a description as YAML may be nested."""
    document_nodes: int = Field(default=2_000_000, ge=1000)
    """How many values a description as YAML may have."""
    document_aliases: int = Field(default=0, ge=0)
    """How many aliases (`*name`) a description as YAML may have; what they stand for counts as values again."""
    document_operations: int = Field(default=5000, ge=1)
    """How many operations a description may have."""
    document_memory_bytes: int = Field(default=1 << 30, ge=128 << 20)
    """The memory of the process that reads a description."""
    document_seconds: int = Field(default=30, ge=1, le=600)
    """The processor's time that it has; by the clock twice as long."""
    inbound_header_bytes: int = Field(default=32 << 10, ge=4096)
    """The largest head of a request to Jackfield."""
    inbound_header_seconds: float = Field(default=10, gt=0, le=60)
    """Until a request's head must be there; also how long an idle connection is kept."""
    inbound_body_seconds: float = Field(default=60, gt=0)
    """Until the whole body of a request must be there."""
    inbound_connections: int = Field(default=4096, ge=16)
    """Open at once; needs as many file handles."""
    requests_per_second: float = Field(default=20, gt=0)
    """Per principal."""
    requests_burst: int = Field(default=60, ge=1)
    """How many requests a principal may make at once after a pause."""
    sign_ins_per_minute_account: int = Field(default=5, ge=1)
    """Tries to sign in as one person."""
    sign_ins_per_minute_address: int = Field(default=20, ge=1)
    """Tries to sign in from one address."""
    connect_seconds: float = Field(default=5, gt=0)
    """To open a connection to the other system."""
    dns_seconds: float = Field(default=5, gt=0)
    """To look its name up."""
    tls_seconds: float = Field(default=5, gt=0)
    """To agree on the encryption."""
    first_byte_seconds: float = Field(default=30, gt=0)
    """Until its answer begins."""
    idle_seconds: float = Field(default=15, gt=0)
    """Between two parts of its answer; also how long an unused connection is kept for the next call."""
    call_seconds: float = Field(default=60, gt=0, le=300)
    """The whole call: name look-up, connecting, TLS, request and answer."""
    request_bytes: int = Field(default=10 << 20, ge=1024)
    """The largest request to another system."""
    response_bytes: int = Field(default=10 << 20, ge=1024)
    """The largest answer of another system, unpacked."""
    response_ratio: float = Field(default=100, gt=1)
    """Decoded to raw, after the first MiB."""
    calls_parallel_connection: int = Field(default=10, ge=1)
    """Calls of one connection at the same time, in one server process."""
    calls_per_second_connection: float = Field(default=50, gt=0)
    """Calls of one connection, in one server process."""
    circuit_failures: int = Field(default=5, ge=1)
    """After so many failures in a row within the window, calls of the connection are refused at once."""
    circuit_window_seconds: float = Field(default=30, gt=0)
    """The window."""
    circuit_open_seconds: float = Field(default=30, gt=0)
    """How long they are refused, until one call tries again."""
    calls_parallel: int = Field(default=500, ge=1)
    """Calls of all connections at the same time, in one server process; at each connection, so many may wait."""
    watches_parallel_connection: int = Field(default=4, ge=0)
    """Triggers that listen to one connection at the same time, in one server process; the others look now and then."""
    watches_parallel: int = Field(default=200, ge=0)
    """Triggers that listen at the same time, in one server process; each takes a thread and a network connection."""
    watch_seconds: float = Field(default=3600, ge=30, le=86_400)
    """After so long, a trigger that listens signs in anew."""
    bytes_in_flight: int = Field(default=512 << 20, ge=1 << 20)
    """Memory for requests and answers of all calls at the same time, in one server process."""
    session_idle: timedelta = timedelta(minutes=30)
    """A session ends when it is not used for so long."""
    session_life: timedelta = timedelta(hours=12)
    """A session ends after so long, used or not."""
    token_life_default: timedelta = timedelta(days=90)
    """How long an API token lasts when nobody says."""
    token_life_max: timedelta = timedelta(days=365)
    """How long an API token can last."""
    credentials_grace: timedelta = timedelta(days=7)
    """How long replaced credentials stay sealed for rolling back (C5)."""
    audit_wait_seconds: float = Field(default=2, gt=0)
    """How long an act waits to be recorded; then it is not done."""
    runs_parallel: int = Field(default=200, ge=1)
    """Runs that go on at the same time, in one server process; the others queue."""
    runs_parallel_unit: int = Field(default=50, ge=1)
    """Of these, runs of one business unit."""
    runs_queued_unit: int = Field(default=100_000, ge=1)
    """Open runs of one business unit; no more are started then."""
    run_payload_bytes: int = Field(default=1 << 20, ge=1024)
    """The largest input of a run, and what a step may be given or give back."""
    runs_kept: timedelta = timedelta(days=90)
    """How long after its end a run is kept, with what it read and wrote."""
    run_depth: int = Field(default=10, ge=1, le=100)
    """How many runs may stand above one that a step of another run started."""
    run_crashes: int = Field(default=8, ge=2)
    """A run that was under way each time when so many server processes in a row died is put aside for a person."""
    heartbeat_seconds: float = Field(default=5, gt=0)
    """Between two signs of life of a server process that carries runs on."""
    silence_seconds: float = Field(default=30, gt=0)
    """After so long without a sign of life, other server processes take its runs over."""
    password_hashes_parallel: int = Field(default=2, ge=1)
    """Passwords checked at the same time; each takes memory and a processor."""
    password_memory_mib: int = Field(default=64, ge=19, le=1024)
    """The memory that checking a password takes; 19 MiB is the least that OWASP names, for small machines."""
    idempotency_memory: timedelta = timedelta(hours=24)
    """How long the answer to a call with an idempotency key is kept, sealed."""
    hook_requests_per_second: float = Field(default=100, gt=0)
    """Requests at one webhook's address, in one server process."""
    hook_requests_burst: int = Field(default=2000, ge=1)
    """How many requests a webhook's address takes at once after a pause."""
    trigger_memory: timedelta = timedelta(days=7)
    """How long events of triggers are kept, and a webhook's request is recognised that comes again."""
    trigger_start_seconds: float = Field(default=30, gt=0)
    """How long the server that stored an event has to start its run, before others do."""


def _data_home() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "jackfield"


def _config_home() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "jackfield"


def _state_home() -> Path:
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "jackfield"


class Settings(BaseSettings):
    """The whole configuration, read once at start."""

    model_config = SettingsConfigDict(
        env_prefix="JACKFIELD_", env_nested_delimiter="__", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    data_dir: Path = Field(default_factory=_data_home)
    """Where the database lies; backed up."""
    key_file: Path = Field(default_factory=lambda: _config_home() / "keys.json")
    """The key-encryption keys; kept apart from everything they protect, never backed up with it (E6)."""
    database_url: str = ""
    """`postgresql://…` for many machines; empty is SQLite in `data_dir` (E6)."""
    host: str = "127.0.0.1"
    """The address to listen on; `0.0.0.0` is every address of the machine."""
    port: int = Field(default=8050, ge=0, le=65535)
    """The port to listen on."""
    public_url: str = ""
    """How people reach it, as in `https://jackfield.example.com`; empty is http on `host` and `port`."""
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """Further values of the Host header that are ours, comma-separated; the one of `public_url` always is."""
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    """Addresses and networks of reverse proxies, comma-separated, whose `X-Forwarded-For` says where a request came from;
    without it all people behind a proxy share one limit of sign-ins."""
    production: bool = False
    """In a production installation only business unit administrators create connections (C1)."""
    example: bool | None = None
    """Whether a new installation begins with the example company: `false` never (an example that is there rests), `true`
    always; unset: unless it is `production`, or has a `database_url`, a `public_url` or a `host` for other machines."""
    runs: bool = True
    """Whether `jackfield serve` carries runs on itself; `false` leaves that to `jackfield worker` on PostgreSQL."""
    audit_file: Path | None = None
    """A second, append-only place for the audit; when set, nothing is done that can't be written there too."""
    files_roots: Annotated[tuple[Path, ...], NoDecode] = ()
    """Folders that connections of the local folder connector may lie in, separated by `:`."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """What is written to standard error, and what is more severe."""
    log_json: bool = False
    """Each line of the log a JSON object."""
    key_file_open_to_others: bool = False
    """Start although others may read the key file; only where the file system can't say otherwise."""
    limits: Limits = Limits()
    """Each by a name of its own, as `JACKFIELD_LIMITS__CALL_SECONDS`."""

    @field_validator("allowed_hosts", "trusted_proxies", mode="before")
    @classmethod
    def _split_hosts(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("trusted_proxies")
    @classmethod
    def _check_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            ip_network(one)
        return value

    @field_validator("files_roots", mode="before")
    @classmethod
    def _split_paths(cls, value: object) -> object:
        return tuple(Path(part) for part in value.split(os.pathsep) if part) if isinstance(value, str) else value

    @property
    def effective_database_url(self) -> str:
        """The database to use."""
        return self.database_url or f"sqlite:///{self.data_dir / 'jackfield.db'}"

    @property
    def effective_public_url(self) -> str:
        """How people reach it."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"


class ClientSettings(BaseSettings):
    """What the command line on any machine reads, beside its profiles; the server's settings are another matter."""

    model_config = SettingsConfigDict(
        env_prefix="JACKFIELD_", frozen=True, extra="ignore", hide_input_in_errors=True, arbitrary_types_allowed=True
    )

    server: str = ""
    """The server's URL, for programs that have no profile."""
    token: Secret | None = None
    """An API token for `server`."""
    profile: str = ""
    """Which profile to use; empty is the current one."""
    profile_file: Path = Field(default_factory=lambda: _config_home() / "profiles.json")
    """The servers signed in at, each with its API token; only you may read it."""
    log_file: Path = Field(default_factory=lambda: _state_home() / "cli.log")
    """Where failures of the program itself are written down."""

    @field_validator("token", mode="before")
    @classmethod
    def _keep_secret(cls, value: object) -> object:
        return Secret(value) if isinstance(value, str) else value


def read_settings(**overrides: object) -> Settings:
    """Read the environment.

    Raises:
        MisconfiguredError: A value can't be used; the message names the variable, never the value.
    """
    try:
        return Settings(**overrides)  # pyright: ignore[reportArgumentType]  # checked by the model itself
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        variable = "JACKFIELD_" + "__".join(str(part) for part in first["loc"]).upper()
        raise MisconfiguredError(f"{variable} can't be used: {describe_wrong_input(first)}", setting=variable) from None
