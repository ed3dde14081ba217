"""Many logs in as few requests as possible."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from .._environment import is_disabled
from .._http.reply import Reply, problem_error
from .._http.send import Call, Operation, send
from .._report import raises
from .._settings import Connection
from .._values.kinds import is_list, is_object
from .._values.read import read_object
from ..errors import ApiError, RunmetaError, UnauthorizedError, bad_request
from ..models import LogReceipt
from .fields import receipt_of
from .log import Log, PreparedLog, more_members, prepare, refuses_after, send_prepared, with_after
from .names import nearest

LogResult: TypeAlias = LogReceipt | RunmetaError
"""The result of one of many logs: its receipt, or its error."""

MAX_LOGS = 100
"""The most logs in one request."""
MAX_BYTES = 4 * 2**20 - 4096
"""The most UTF-8 bytes of logs in one request: less than the API's limit, to leave room for the JSON around them."""
MAX_STRING_BYTES = 11 * 2**19 - 4096
"""The same of the request as a JSON string, in which a quote has two bytes."""
LOG_BYTES = 64
"""More than the brackets of a log, a comma and a position have."""

_FIELDS = tuple(field.name for field in dataclasses.fields(Log))


@dataclass(frozen=True)
class _Numbered:
    """One of many logs, and the index of its result."""

    index: int
    log: PreparedLog
    members: str
    bytes: int
    string_bytes: int


def log_many(connection: Connection, logs: Iterable[Mapping[str, Any]]) -> Operation[list[LogResult]]:
    """Sends logs, each atomic by itself.

    Raises BadRequestError if the argument is not a series of logs. A request that fails as a whole raises if `on_error`
    does; else its error is the result of each of its logs.
    """
    if is_disabled():
        return []
    if isinstance(logs, Mapping | str):
        raise bad_request("log_many: takes a list of logs")
    is_raised = raises(connection)
    results: dict[int, LogResult] = {}
    ready: list[_Numbered] = []
    for index, log in enumerate(logs):
        try:
            ready.append(_numbered(index, prepare(connection, _log_of(index, log))))
        except RunmetaError as error:
            results[index] = error
    for part in _parts(ready):
        try:
            made = yield from _send_part(connection, part)
            results.update((log.index, result) for log, result in zip(part, made, strict=True))
        except RunmetaError as error:
            if is_raised:
                raise
            results.update((log.index, error) for log in part)
    return [results[index] for index in sorted(results)]


def to_report(connection: Connection, results: Iterable[LogResult]) -> list[RunmetaError]:
    """The errors to report to the client. A refused log does not raise: the other logs were stored."""
    errors = [result for result in results if isinstance(result, RunmetaError)]
    return [] if not errors or raises(connection) else errors


def _log_of(index: int, log: Any) -> Log:
    if not isinstance(log, Mapping):
        raise bad_request(f"logs[{index}]: must be a dict of {', '.join(_FIELDS)}")
    given = dict(cast("Mapping[str, Any]", log))
    unknown = next((str(name) for name in given if name not in _FIELDS), None)
    if unknown is not None:
        meant = nearest(unknown, _FIELDS)
        hint = "put the values into metadata" if meant is None else f"did you mean {meant}?"
        raise bad_request(f"logs[{index}]: unknown field {unknown}; {hint}")
    if "metadata" not in given:
        raise bad_request(f"logs[{index}]: must have metadata")
    return Log(**given)


def _numbered(index: int, log: PreparedLog) -> _Numbered:
    members = log.members + more_members(run=log.run, idempotencyKey=log.idempotency_key, exact=log.exact or None)
    size = len(members.encode()) + LOG_BYTES
    return _Numbered(index, log, members, size, size + members.count('"') + members.count("\\"))


def _fits(size: int, string_size: int) -> bool:
    return size <= MAX_BYTES and string_size <= MAX_STRING_BYTES


def _parts(logs: Sequence[_Numbered]) -> Iterator[list[_Numbered]]:
    """Splits the logs into as few requests as possible, in order. A log that does not fit is a part of its own."""
    part: list[_Numbered] = []
    size = string_size = 0
    for log in logs:
        size += log.bytes
        string_size += log.string_bytes
        if part and (len(part) == MAX_LOGS or not _fits(size, string_size)):
            yield part
            part, size, string_size = [], log.bytes, log.string_bytes
        part.append(log)
    if part:
        yield part


def _send_alone(connection: Connection, log: PreparedLog) -> Operation[LogResult]:
    """Sends a log in a request of its own, in which it has a little more room."""
    try:
        return (yield from send_prepared(connection, log))
    except ApiError as error:
        if error.retryable or isinstance(error, UnauthorizedError):
            raise
        return error


def _send_part(connection: Connection, part: list[_Numbered]) -> Operation[list[LogResult]]:
    first = part[0]
    if not _fits(first.bytes, first.string_bytes):
        return [(yield from _send_alone(connection, first.log))]
    after = connection.positions.greatest
    results = yield from _ask(connection, part, after)
    if after is not None and any(isinstance(one, RunmetaError) and refuses_after(one) for one in results):
        connection.positions.drop(after)
        # Each log has an idempotency key, so a log that was already stored counts once.
        results = yield from _ask(connection, part, None)
    for result in results:
        if isinstance(result, LogReceipt):
            connection.positions.add(result.log.position)
    return results


def _ask(connection: Connection, part: list[_Numbered], after: str | None) -> Operation[list[LogResult]]:
    body = ",".join(with_after(log.members, after) for log in part)

    def decode(reply: Reply) -> list[LogResult] | None:
        results = (read_object(reply.text) or {}).get("results")
        if not is_list(results) or len(results) != len(part):
            return None
        return [_result_of(result, reply) for result in results]

    return (yield from send(connection, Call("POST", "/v1/metadata", decode, body=f'{{"logs":[{body}]}}')))


def _result_of(result: Any, reply: Reply) -> LogResult:
    if not is_object(result):
        raise ValueError("a result is not an object")
    status = result.get("status")
    if not isinstance(status, int):
        raise ValueError("a result has no status")
    return problem_error(result, status, reply) or receipt_of(result)
