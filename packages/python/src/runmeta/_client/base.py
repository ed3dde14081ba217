"""The constructor of `Client` and `AsyncClient`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._settings import Connection, OnError
from .._values.read import Numbers
from .._values.write import NonFinite
from ..transport import Transport

if TYPE_CHECKING:
    from typing_extensions import Self


class BaseClient:
    """What `Client` and `AsyncClient` share."""

    connection: Connection

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        *,
        timeout: float = 20.0,
        total_timeout: float = 60.0,
        retries: int = 4,
        on_error: OnError | None = None,
        non_finite: NonFinite = "refuse",
        numbers: Numbers = "native",
        transport: Transport | None = None,
    ) -> None:
        """Configures a client; nothing is sent.

        - `url`: the address of the API; may include a path. By default `RUNMETA_URL`, read by each call.
        - `api_key`: an API key, or a run token for a client that logs to its run. By default `RUNMETA_API_KEY`, read by
          each call.
        - `timeout`: seconds within which the reply to one attempt must be complete.
        - `total_timeout`: seconds for a whole call, including retries and the waits between them.
        - `retries`: the most retries of a call. A connection that turns out to be closed gets one additional retry.
        - `on_error`: what happens when a log fails: `"raise"`, `"warn"` (on the logger `runmeta`), or a function that
          receives the error, which may be a coroutine function for an AsyncClient. By default `RUNMETA_ON_ERROR`, else
          `"raise"`. All other calls raise.
        - `non_finite`: how to log `NaN` and `Infinity`: as an error (`"refuse"`), `"null"`, or the text `"NaN"`
          (`"string"`).
        - `numbers`: how numbers other than plain integers are read: `"native"` as float or, if no float can hold them, as
          Decimal; `"decimal"` always as Decimal, with all their digits.
        - `transport`: sends the requests, for example in tests.

        Raises ConfigurationError for a time or a number of retries that is out of range.
        """
        self.connection = Connection(
            url=url,
            api_key=api_key,
            timeout=timeout,
            total_timeout=total_timeout,
            retries=retries,
            on_error=on_error,
            non_finite=non_finite,
            numbers=numbers,
            transport=transport,
        )

    @classmethod
    def over(cls, connection: Connection) -> Self:
        """A client that shares the connection of another one."""
        client = cls.__new__(cls)
        client.connection = connection
        return client
