"""API keys and run tokens."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, cast

from .._http.reply import Reply
from .._http.send import Call, Operation, send
from .._settings import Connection
from .._values.kinds import is_list, is_object
from .._values.read import read_object
from ..errors import NotFoundError, bad_request
from ..models import ApiKey, NewApiKey, Role, RunToken
from .fields import given, json_of, optional_time, sent_time, text_of, time_of
from .path import run_path
from .runs import remove

# Refuse a whole key: it would be sent in the path, and appear in logs on the way.
_KEY_ID = re.compile(r"[0-9a-z]{1,64}\Z")


def create_run_token(connection: Connection, reference: str, *, expires_in: int) -> Operation[RunToken]:
    def decode(reply: Reply) -> RunToken | None:
        body = read_object(reply.text) or {}
        return RunToken(text_of(body, "token"), time_of(body, "expiresAt"))

    body = json_of({"expiresIn": expires_in})
    return (yield from send(connection, Call("POST", f"{run_path(reference)}/token", decode, body=body)))


def create_key(
    connection: Connection,
    *,
    role: Role,
    project: str | None,
    name: str | None,
    expires_at: str | datetime | None,
) -> Operation[NewApiKey]:
    body = json_of(given(role=role, project=project, name=name, expiresAt=sent_time("expires_at", expires_at)))

    def decode(reply: Reply) -> NewApiKey | None:
        made = read_object(reply.text) or {}
        return NewApiKey(**_members(made), key=text_of(made, "key"))

    return (yield from send(connection, Call("POST", "/v1/keys", decode, body=body, is_once=True)))


def list_keys(connection: Connection) -> Operation[list[ApiKey]]:
    def decode(reply: Reply) -> list[ApiKey] | None:
        keys = (read_object(reply.text) or {}).get("keys")
        return [ApiKey(**_members(key)) for key in keys] if is_list(keys) else None

    return (yield from send(connection, Call("GET", "/v1/keys", decode)))


def revoke_key(connection: Connection, key_id: Any) -> Operation[None]:
    if not isinstance(key_id, str) or not _KEY_ID.match(key_id):
        raise bad_request("id: must be the id of an API key: the part between rmk_ and the second _")
    yield from remove(connection, f"/v1/keys/{key_id}", NotFoundError)


def _members(body: Any) -> dict[str, Any]:
    if not is_object(body):
        raise ValueError("a key is not an object")
    return {
        "id": text_of(body, "id"),
        "name": text_of(body, "name"),
        "project": text_of(body, "project"),
        "role": cast("Role", text_of(body, "role")),
        "created_at": time_of(body, "createdAt"),
        "expires_at": optional_time(body, "expiresAt"),
    }
