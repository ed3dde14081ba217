"""Calls about API keys and run tokens, which `Client` has."""

from __future__ import annotations

from datetime import datetime

from .._calls import keys as _keys
from .._drive import perform
from .._settings import Connection
from ..models import ApiKey, NewApiKey, Role, RunToken


class KeyCalls:
    """API keys and run tokens."""

    connection: Connection

    def create_run_token(self, reference: str, *, expires_in: int) -> RunToken:
        """A token to hand to a step: it logs to one run and does nothing else. It is the `api_key` of a client, which
        then knows the run.

        ```python
        token = client.create_run_token("nightly", expires_in=3600).token
        Client(api_key=token).log_metadata({"accuracy": 0.97})
        ```

        `expires_in` is seconds, 60 to 604,800. The run is named by its id or exact name. Raises RunNotFoundError.
        """
        operation = _keys.create_run_token(self.connection, reference, expires_in=expires_in)
        return perform(self.connection, operation)

    def create_key(
        self,
        *,
        role: Role,
        project: str | None = None,
        name: str | None = None,
        expires_at: str | datetime | None = None,
    ) -> NewApiKey:
        """Makes an API key, whose secret is in the reply and is never shown again. It needs a key of the role `admin`.

        A reply that is lost is not asked for again, as that would make another key. `project` is for a root key only.
        Raises ForbiddenError for a role or a project that is not the caller's to give.
        """
        operation = _keys.create_key(
            self.connection, role=role, project=project, name=name, expires_at=expires_at
        )
        return perform(self.connection, operation)

    def list_keys(self) -> list[ApiKey]:
        """The project's API keys, newest first; of all projects where the client's own is a root key. It needs `admin`."""
        return perform(self.connection, _keys.list_keys(self.connection))

    def revoke_key(self, id: str) -> None:
        """Revokes an API key, named by its id, and the run tokens that it made: within a minute all of them are refused.

        It needs `admin`. Raises NotFoundError.
        """
        perform(self.connection, _keys.revoke_key(self.connection, id))
