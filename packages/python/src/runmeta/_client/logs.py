"""Calls that add to what was logged, which `Client` has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from .._calls import read as _read
from .._calls.log import Log, checked_key, send_log
from .._calls.many import LogResult, log_many
from .._drive import perform
from .._environment import is_disabled
from .._report import report
from .._settings import Connection
from .._values.write import NonFinite
from ..errors import RunmetaError
from ..models import LogReceipt


class LogCalls:
    """Logs and unsets, to any run."""

    connection: Connection

    def log_metadata(
        self,
        metadata: Any,
        run_id_name_or_prefix: str | None = None,
        *,
        step_name: str | None = None,
        log_related_entities: bool | None = None,
        idempotency_key: str | None = None,
        created_at: str | datetime | None = None,
        non_finite: NonFinite | None = None,
        exact: bool = False,
    ) -> LogReceipt | None:
        """Logs metadata to a run or a step, all of it or nothing. It is durable when the call returns.

        - `metadata`: a dict of keys and values: JSON values, typed values, numbers of any size, datetimes, paths, enums,
          dataclasses, pydantic models. What cannot be logged is refused, with its place.
        - `run_id_name_or_prefix`: the run; by default the run around the call, else that of a run token, else
          `RUNMETA_RUN_ID`.
        - `step_name`: by default none where the run is named, else the step around the call, else `RUNMETA_STEP_NAME`.
        - `log_related_entities`: whether what is logged to a step goes to its run as well; by default True.
        - `idempotency_key`: logs with the same key count once, 1 to 255 printable ASCII characters; by default a random
          one for each call.
        - `created_at`: when it was measured, for imports; it needs a key of the role `admin`. By default now.
        - `non_finite`: what becomes of `NaN` and `Infinity`; by default as the client says.
        - `exact`: whether the run must be named by a whole id or name: prefixes then find nothing.

        Gives what was logged; None where it failed and `on_error` does not raise. Raises ConfigurationError where there is
        no run to log to, InvalidValueError for a value that cannot be logged.
        """
        if is_disabled():
            return None
        log = Log(
            metadata=metadata,
            run_id_name_or_prefix=run_id_name_or_prefix,
            step_name=step_name,
            log_related_entities=log_related_entities,
            idempotency_key=idempotency_key,
            created_at=created_at,
            non_finite=non_finite,
            exact=exact,
        )
        try:
            return perform(self.connection, send_log(self.connection, log))
        except RunmetaError as error:
            report(self.connection, error)
            return None

    def log_many(self, logs: Iterable[Mapping[str, Any]]) -> list[LogResult]:
        """Logs to any runs of the project, in as few requests as the logs fit in. Each log is all or nothing for itself,
        and one that is refused does not stop the others.

        ```python
        results = client.log_many([
            {"run_id_name_or_prefix": "iris-1", "metadata": {"reviewed": True}},
            {"run_id_name_or_prefix": "iris-2", "metadata": {"reviewed": False}},
        ])
        refused = [result for result in results if isinstance(result, RunmetaError)]
        ```

        A log is a dict of what `log_metadata` takes. Gives for each log its receipt or the error that it was refused with,
        in their order. Raises RunmetaError where a request as a whole fails and `on_error` is `"raise"`.
        """
        if is_disabled():
            return []
        made = perform(self.connection, log_many(self.connection, logs))
        for error in made.to_report(self.connection.on_error):
            report(self.connection, error)
        return made.results

    def unset(
        self,
        reference: str,
        key: str,
        *,
        step: str | None = None,
        idempotency_key: str | None = None,
        exact: bool = False,
    ) -> None:
        """Takes the value of a key away; its history stays, and a later log sets it again.

        Raises RunNotFoundError, AmbiguousRunError, and KeyNotFoundError where the key has no value.
        """
        if is_disabled():
            return
        once = checked_key(idempotency_key)
        operation = _read.unset(self.connection, reference, key, step=step, idempotency_key=once, exact=exact)
        perform(self.connection, operation)
