"""One log: prepares and sends it."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .._context import target_of
from .._environment import is_disabled
from .._http.reply import Reply
from .._http.send import Call, Operation, send
from .._settings import Connection
from .._values.read import read_object
from .._values.write import NonFinite, write
from ..errors import BadRequestError, RunmetaError, bad_request
from ..models import LogReceipt
from .fields import given, json_of, receipt_of, sent_time
from .path import query_of, run_path

_IDEMPOTENCY_KEY = re.compile(r"[\x20-\x7e]{1,255}\Z")


@dataclass(frozen=True, kw_only=True)
class Log:
    """The arguments of a log."""

    metadata: Any
    run_id_name_or_prefix: str | None = None
    step_name: str | None = None
    log_related_entities: bool | None = None
    idempotency_key: str | None = None
    created_at: str | datetime | None = None
    non_finite: NonFinite | None = None
    exact: bool = False


@dataclass(frozen=True)
class PreparedLog:
    """A log that is ready to be sent."""

    run: str
    """Id, name or prefix."""
    exact: bool
    idempotency_key: str
    members: str
    """The members of the JSON body, without the brackets around them."""


def checked_key(idempotency_key: Any) -> str:
    """The caller's idempotency key, or a random one. Raises BadRequestError if the key is invalid."""
    if idempotency_key is None:
        return str(uuid.uuid4())
    if not isinstance(idempotency_key, str) or not _IDEMPOTENCY_KEY.match(idempotency_key):
        raise bad_request("idempotency_key: must be 1 to 255 printable ASCII characters, such as a UUID")
    return idempotency_key


def prepare(connection: Connection, log: Log) -> PreparedLog:
    """Checks a log and serializes its values, so that the caller may change them afterwards. Raises RunmetaError."""
    key = checked_key(log.idempotency_key)
    run, step, is_id = target_of(connection, log.run_id_name_or_prefix, log.step_name)
    written = write(log.metadata, log.non_finite or connection.non_finite)
    options = more_members(
        types=written.types or None,
        step=step,
        relatedEntities=log.log_related_entities,
        createdAt=sent_time("created_at", log.created_at),
    )
    return PreparedLog(run, log.exact or is_id, key, f'"metadata":{written.text}{options}')


def more_members(**options: Any) -> str:
    """Options as members of a JSON object, each after a comma."""
    members = given(**options)
    return f",{json_of(members)[1:-1]}" if members else ""


def refuses_after(error: RunmetaError) -> bool:
    """Whether a log was refused because its `after` is too far ahead of the server's clock."""
    return isinstance(error, BadRequestError) and str(error).startswith("after: ")


def with_after(members: str, position: str | None) -> str:
    """The JSON body of a log that must come after a position."""
    return f"{{{members}{more_members(after=position)}}}"


def send_log(connection: Connection, log: Log) -> Operation[LogReceipt | None]:
    """Sends a log; returns None if clients are disabled. Raises RunmetaError."""
    if is_disabled():
        return None
    return (yield from send_prepared(connection, prepare(connection, log)))


def send_prepared(connection: Connection, prepared: PreparedLog) -> Operation[LogReceipt]:
    """Sends a log that is ready. Raises RunmetaError."""
    after = connection.positions.greatest

    def revise(refusal: RunmetaError) -> str | None:
        # The position is from before the server's clock was set back. Send the log without it rather than lose the log.
        if after is None or not refuses_after(refusal):
            return None
        connection.positions.drop(after)
        return with_after(prepared.members, None)

    receipt = yield from send(
        connection,
        Call(
            "POST",
            f"{run_path(prepared.run)}/metadata{query_of(exact=prepared.exact)}",
            _decode,
            body=with_after(prepared.members, after),
            idempotency_key=prepared.idempotency_key,
            revise=revise,
        ),
    )
    connection.positions.add(receipt.log.position)
    return receipt


def _decode(reply: Reply) -> LogReceipt | None:
    body = read_object(reply.text)
    return None if body is None else receipt_of(body)
