"""The methods of `Client` that log and unset."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from .._calls import read as _read
from .._calls.log import Log, send_log
from .._calls.many import LogResult, log_many, to_report
from .._drive import perform
from .._report import report
from .._values.write import NonFinite
from ..errors import RunmetaError
from ..models import LogReceipt
from .base import BaseClient


class LogCalls(BaseClient):
    """Logging and unsetting."""

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
        """Logs metadata to a run or a step, atomically. It is durable when the call returns.

        - `metadata`: a dict of keys and values: JSON values, typed values, numbers of any size, datetimes, paths, enums,
          dataclasses, pydantic models. A value that cannot be logged is refused, with its pointer.
        - `run_id_name_or_prefix`: the run; by default the run around the call, else that of a run token, else
          `RUNMETA_RUN_ID`.
        - `step_name`: by default none if the call names a run, else the step around the call, else `RUNMETA_STEP_NAME`.
        - `log_related_entities`: whether a log to a step also goes to its run; by default True.
        - `idempotency_key`: logs with the same key count once, 1 to 255 printable ASCII characters; by default a random
          one for each call.
        - `created_at`: the original time, for imports; needs a key with the role `admin`. By default now.
        - `non_finite`: how to log `NaN` and `Infinity`; by default the client's option.
        - `exact`: whether the reference must be a complete id or name, and not a prefix.

        Returns the receipt; None if the log failed and `on_error` does not raise. Raises ConfigurationError if there is
        no run to log to, InvalidValueError for a value that cannot be logged.
        """
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
        """Logs to any runs of the project, in as few requests as possible. Each log is atomic by itself,
        and a refused log does not stop the others.

        ```python
        results = client.log_many([
            {"run_id_name_or_prefix": "iris-1", "metadata": {"reviewed": True}},
            {"run_id_name_or_prefix": "iris-2", "metadata": {"reviewed": False}},
        ])
        refused = [result for result in results if isinstance(result, RunmetaError)]
        ```

        A log is a dict of the arguments of `log_metadata`. Returns for each log, in order, its receipt or its error.
        Raises RunmetaError if a whole request fails and `on_error` is `"raise"`; the logs after it are not sent then.
        """
        results = perform(self.connection, log_many(self.connection, logs))
        for error in to_report(self.connection, results):
            report(self.connection, error)
        return results

    def unset(
        self,
        reference: str,
        key: str,
        *,
        step: str | None = None,
        idempotency_key: str | None = None,
        exact: bool = False,
    ) -> None:
        """Removes the value of a key. Its history stays, and a later log sets the key again.

        Raises RunNotFoundError, AmbiguousRunError, and KeyNotFoundError if the key has no value.
        """
        operation = _read.unset(
            self.connection, reference, key, step=step, idempotency_key=idempotency_key, exact=exact
        )
        perform(self.connection, operation)
