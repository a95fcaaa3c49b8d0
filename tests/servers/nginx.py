"""An nginx of our own: its own folder, port and configuration."""

import shutil
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from servers import needs

USER, PASSWORD = "alice", "open sesame ä"
TOKEN = "token-of-the-nginx-under-test"

_CONFIGURATION = """
daemon off;
master_process off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 256; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    client_max_body_size 20m;
    keepalive_timeout 30s;
    gzip on;
    gzip_types application/json;
    gzip_min_length 100;
    default_type application/octet-stream;
    types {{ application/json json; text/plain txt; text/html html; }}
    server {{
        listen 127.0.0.1:{port};
        root {folder}/www;

        location /echo/ {{
            default_type application/json;
            return 200 '{{"method":"$request_method","target":"$request_uri","type":"$content_type","length":"$content_length","accept":"$http_accept","authorization":"$http_authorization","cookie":"$http_cookie","key":"$http_x_api_key","idempotency":"$http_idempotency_key","agent":"$http_user_agent"}}';
        }}
        location /basic/ {{
            auth_basic "basic";
            auth_basic_user_file {folder}/users;
            alias {folder}/www/;
        }}
        location /bearer/ {{
            if ($http_authorization != "Bearer {token}") {{ return 401; }}
            alias {folder}/www/;
        }}
        location /key/ {{
            if ($arg_api_key != "{token}") {{ return 401; }}
            alias {folder}/www/;
        }}
        location /upload/ {{
            dav_methods PUT DELETE;
            create_full_put_path on;
        }}
        location /moved/ {{ return 302 /echo/; }}
        location /forbidden/ {{ deny all; }}
        location /soon/ {{ add_header Retry-After 1 always; return 503; }}
        location /busy/ {{ add_header Retry-After 7 always; return 503; }}
    }}
}}
"""


@dataclass(frozen=True)
class Nginx:
    """A running server."""

    port: int
    folder: Path

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def files(self) -> Path:
        """What it serves at the root; `/upload/` of it takes PUT and DELETE."""
        return self.folder / "www"


@contextmanager
def serve() -> Generator[Nginx]:
    """A running nginx on a free port; skips where there is none."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin") or needs(
        "nginx", "apt-get install nginx-light"
    )
    with TemporaryDirectory(prefix="jackfield-nginx-") as name:
        folder = Path(name)
        (folder / "www" / "upload").mkdir(parents=True)
        (folder / "www" / "index.html").write_text("<p>welcome</p>")
        (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        configuration = folder / "nginx.conf"
        configuration.write_text(_CONFIGURATION.format(folder=folder, port=port, token=TOKEN))
        _let_in_the_worker(folder)
        process = subprocess.Popen(
            [program, "-p", str(folder), "-c", str(configuration), "-e", str(folder / "error.log")],
            stdin=subprocess.DEVNULL,
        )
        try:
            _wait_until_it_listens(process, port, folder)
            yield Nginx(port, folder)
        finally:
            process.terminate()
            process.wait(10)


def _let_in_the_worker(folder: Path) -> None:
    """Started by root, the server may read and write its folder as another user."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)


def _wait_until_it_listens(process: "subprocess.Popen[bytes]", port: int, folder: Path) -> None:
    for _ in range(200):
        if process.poll() is not None:
            raise RuntimeError(f"nginx did not start: {(folder / 'error.log').read_text()[-500:]}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("nginx does not listen")
