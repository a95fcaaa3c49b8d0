"""The web pages as they were built, served from memory: what isn't a file of the build has no way to be served.

    /assets/…        hashed names: kept by browsers for a year
    other files      asked for again each time, by ETag
    anything else    index.html, whose script shows the page for the address

**The nonce.** The style library of the pages makes style elements while it runs, so every index.html has a nonce of its
own, in its content policy and in its text. It is part of the ETag: a browser that has the page already gets the policy
that belongs to the text it keeps, and nothing has to be remembered here.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from jackfield.api.security import content_policy

NONCE_PLACE: Final = b"__CSP_NONCE__"
"""Stands in index.html where the nonce belongs."""
_INDEX: Final = "index.html"
_ASSETS: Final = "assets/"
_CODINGS: Final = {"br": ".br", "gzip": ".gz"}
"""Content codings and the names of files in them, the smaller first."""
_NONCE: Final = "[A-Za-z0-9_-]{22}"
_MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".gif": "image/gif",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}
"""Not the machine's table, which differs from one to the next."""


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    media_type: str
    digest: str
    coded: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    """By content coding."""


class Site:
    """All files of one build.

    Args:
        contents: What they contain, by their names as in `assets/index-4fGh.js`.
    """

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._files = {name: _file(name, contents) for name in contents if not name.endswith(tuple(_CODINGS.values()))}

    @classmethod
    def read(cls, folder: Path) -> "Site":
        """The files in a folder, but those that begin with a dot; none if there is no folder."""
        found = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
        return cls({path.relative_to(folder).as_posix(): path.read_bytes() for path in found})

    @classmethod
    def built(cls) -> "Site":
        """The files that were built into this package."""
        with as_file(files("jackfield.api").joinpath("ui")) as folder:
            return cls.read(folder)

    def answer(self, request: Request) -> Response:
        """The file at an address, or the page that shows it.

        Raises:
            HTTPException: There is no such asset; or there are no pages at all (404).
        """
        name = str(request.scope["path"]).lstrip("/")
        index = self._files.get(_INDEX)
        if name != _INDEX and name in self._files:
            return _send_file(request, name, self._files[name])
        if index is None and not name:
            return _send(request, _HINT, {"content-type": _MEDIA_TYPES[".html"], "cache-control": "no-cache"})
        if index is None or name.startswith(_ASSETS):
            raise HTTPException(404)
        return _send_index(request, index)


def _file(name: str, contents: Mapping[str, bytes]) -> _File:
    coded = {coding: contents[name + end] for coding, end in _CODINGS.items() if name + end in contents}
    media_type = _MEDIA_TYPES.get(Path(name).suffix.lower(), "application/octet-stream")
    return _File(contents[name], media_type, sha256(contents[name]).hexdigest()[:24], coded)


def _send_file(request: Request, name: str, file: _File) -> Response:
    coding = next((one for one in file.coded if one in _accepted_codings(request)), "")
    etag = f'"{file.digest}{coding}"'
    lasting = name.startswith(_ASSETS)
    headers = {
        "content-type": file.media_type,
        "cache-control": "public, max-age=31536000, immutable" if lasting else "no-cache",
        "etag": etag,
    }
    if file.coded:
        headers["vary"] = "accept-encoding"
    if etag in _known_etags(request):
        return Response(status_code=304, headers=headers)
    if coding:
        headers["content-encoding"] = coding
    return _send(request, file.coded[coding] if coding else file.body, headers)


def _send_index(request: Request, index: _File) -> Response:
    known = re.compile(f'"{index.digest}-({_NONCE})"')
    kept = next((found for found in map(known.fullmatch, _known_etags(request)) if found), None)
    nonce = kept[1] if kept else secrets.token_urlsafe(16)
    headers = {
        "content-type": index.media_type,
        # One browser's nonce is not for another: no cache in between may keep it.
        "cache-control": "private, no-cache",
        "content-security-policy": content_policy(nonce),
        "etag": f'"{index.digest}-{nonce}"',
    }
    if kept:
        return Response(status_code=304, headers=headers)
    return _send(request, index.body.replace(NONCE_PLACE, nonce.encode()), headers)


def _send(request: Request, body: bytes, headers: Mapping[str, str]) -> Response:
    is_head = request.method == "HEAD"
    return Response(b"" if is_head else body, headers={**headers, "content-length": str(len(body))})


def _accepted_codings(request: Request) -> frozenset[str]:
    """What the client takes (RFC 9110 §12.5.3); one with weight 0 is one that it doesn't."""
    offers = (one.strip().lower().partition(";") for one in request.headers.get("accept-encoding", "").split(","))
    return frozenset(name.strip() for name, _, weight in offers if not re.fullmatch(r"\s*q=0(\.0*)?\s*", weight))


def _known_etags(request: Request) -> list[str]:
    """What the client has already; a proxy may have marked them as weak (RFC 9110 §13.1.2)."""
    given = request.headers.get("if-none-match", "").split(",")
    return [one.strip().removeprefix("W/") for one in given]


_HINT: Final = b"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Jackfield</title>
<link rel="stylesheet" href="/docs.css">
</head>
<body>
<header>
<p class="mark" aria-hidden="true"><span></span><span></span><span></span></p>
<p class="name">Jackfield</p>
</header>
<div class="page">
<main id="main">
<h1>The web pages have not been built</h1>
<p>Jackfield is running. Run <code>scripts/build-web</code> in its source folder, then start it again: the pages will be
here. It needs Node.js 24, or a Python package index to get it from.</p>
<p><a href="/docs">The REST API</a> and the command line work without them.</p>
</main>
</div>
</body>
</html>
"""
