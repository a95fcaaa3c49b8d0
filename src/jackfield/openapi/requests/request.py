"""The request of a call: exactly what would be sent, and nothing sent (rules O5 and O8; cases D20 to D22)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from jackfield.openapi.errors import ArgumentError
from jackfield.openapi.models import MediaType, Operation, Parameter, Place, RequestBody
from jackfield.openapi.reading.api import Api
from jackfield.openapi.requests.arguments import Arguments, unknown_argument
from jackfield.openapi.requests.bodies import check_body
from jackfield.openapi.requests.checks import check_value, read_text
from jackfield.openapi.requests.credentials import Credential, Proof, prove
from jackfield.openapi.requests.forms import URLENCODED, FormReader, write_form
from jackfield.openapi.requests.headers import build_cookies, build_headers, check_header
from jackfield.openapi.requests.media_types import choose_media, is_json
from jackfield.openapi.requests.paths import build_path
from jackfield.openapi.requests.payloads import Payload, write_payload
from jackfield.openapi.requests.percent import encode
from jackfield.openapi.requests.plans import Plan, plan_of
from jackfield.openapi.requests.queries import build_query, content_text, is_form
from jackfield.openapi.requests.targets import base_url
from jackfield.openapi.schemas.views import view_schema


@dataclass(frozen=True, slots=True)
class Request:
    """What would be sent."""

    method: str
    url: str
    """Absolute where the server's host is known, else path and query."""
    headers: Mapping[str, str]
    """With `Cookie`, if there are any."""
    body: bytes | None


def build_request(  # a request has this many parts
    api: Api,
    operation: Operation,
    arguments: Arguments,
    *,
    server: str | None = None,
    server_variables: Mapping[str, str] | None = None,
    credentials: Mapping[str, Credential] | None = None,
    accept: str | None = None,
) -> Request:
    """Make the request of a call.

    Args:
        api: The description.
        operation: One of it.
        arguments: What the caller gives.
        server: A server's URL as in the document, or the connection's own base URL; the document's first otherwise.
        server_variables: Values for the variables in it. Never from a caller.
        credentials: By the security schemes' names. Only those that the operation asks for are sent.
        accept: The media type that the answer is to have.

    Raises:
        ArgumentError: An argument is missing, unknown, or doesn't fit; the message says what to change.
        ServerError: The server's variables can't have these values.
        CredentialError: A credential has not the shape of its scheme.
    """
    return _Building(api, plan_of(api, operation), arguments).build(
        base_url(operation, server=server, variables=server_variables, document_url=api.url),
        prove(operation, api.schemes, credentials or {}),
        accept,
    )


class _Building:
    def __init__(self, api: Api, plan: Plan, arguments: Arguments) -> None:
        self._api = api
        self._plan = plan
        self._operation = plan.operation
        self._arguments = arguments

    def build(self, base: str, proof: Proof, accept: str | None) -> Request:
        self._check_names()
        for one in self._operation.parameters:
            self._check(one)
        payload = self._payload()
        url = base + self._target(proof)
        headers = build_headers(self._operation, self._arguments.header)
        if accept := accept or self._plan.accept:
            headers["Accept"] = check_header("Accept", accept, "accept")
        if payload is not None:
            headers["Content-Type"] = check_header("Content-Type", payload.content_type, "media_type")
        cookies = [*build_cookies(self._operation, self._arguments.cookie), *proof.cookies]
        if cookies:
            headers["Cookie"] = "; ".join(f"{name}={text}" for name, text in cookies)
        headers |= proof.headers
        return Request(self._operation.method, url, headers, payload.content if payload else None)

    def _check_names(self) -> None:
        for place, known in self._plan.names.items():
            given = self._arguments.at(place)
            if given.keys() <= known:
                continue
            for name, value in given.items():
                if name in known or (place is Place.HEADER and name.lower() in self._operation.ignored_headers):
                    continue
                if value is not None:
                    raise ArgumentError(unknown_argument(self._operation, name), field=f"{place.value}.{name}")

    def _value(self, parameter: Parameter) -> Any:
        if parameter.place is Place.QUERYSTRING:
            return self._arguments.querystring
        return self._arguments.at(parameter.place).get(parameter.name)

    def _check(self, parameter: Parameter) -> None:
        value = self._value(parameter)
        if value is None:
            if parameter.is_required:
                raise ArgumentError(f"{parameter.argument} is required", field=parameter.argument)
            return
        library, version = self._api.library, self._api.version
        if parameter.media_type is None or not is_json(parameter.media_type):
            value = read_text(library, version, parameter.schema, value)
        check_value(library, version, parameter.schema, value, parameter.argument)

    def _target(self, proof: Proof) -> str:
        plan, given = self._plan, self._arguments
        path, fixed = build_path(plan.operation, given.path, may_be_empty=plan.may_be_empty)
        pairs = [*build_query(plan.operation, given.query, plan.taken), *proof.query]
        parts = [fixed, self._whole_query(), *(f"{name}={text}" for name, text in pairs)]
        query = "&".join(one for one in parts if one)
        return f"{path}?{query}" if query else path

    def _whole_query(self) -> str:
        parameter = next((one for one in self._operation.parameters if one.place is Place.QUERYSTRING), None)
        value = self._arguments.querystring
        if parameter is None or value is None:
            return ""
        if is_form(parameter.media_type) and isinstance(value, dict):
            media = MediaType(URLENCODED, parameter.schema, encoding=parameter.encoding)
            reader = FormReader(self._api.library, self._api.version, media)
            return write_form(reader, cast("dict[str, Any]", value), parameter.argument)
        return encode(content_text(parameter, value))

    def _null(self, body: RequestBody) -> Payload | None:
        """Null, where it is a body by the schema."""
        library, version = self._api.library, self._api.version
        media = choose_media(body, None, self._arguments.media_type)
        if not is_json(media.name) or not view_schema(library, version, media.schema).is_nullable:
            return None
        return write_payload(library, version, body, media, None)

    def _payload(self) -> Payload | None:
        body, given = self._operation.body, self._arguments
        if not given.has_body:
            if body is not None and body.is_required:
                if given.is_null and (found := self._null(body)) is not None:
                    return found
                raise ArgumentError(f"{body.argument} is required", field=body.argument)
            return None
        if body is None:
            raise ArgumentError("the operation takes no body", field="body")
        media = choose_media(body, given.body, given.media_type)
        check_body(self._api.library, self._api.version, body, media, given.body)
        return write_payload(self._api.library, self._api.version, body, media, given.body)
