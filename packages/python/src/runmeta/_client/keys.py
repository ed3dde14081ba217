"""The methods of `Client` for API keys and run tokens."""

from __future__ import annotations

from datetime import datetime

from .._calls import keys as _keys
from .._drive import perform
from ..models import ApiKey, NewApiKey, Role, RunToken
from .base import BaseClient


class KeyCalls(BaseClient):
    """API keys and run tokens."""

    def create_run_token(self, reference: str, *, expires_in: int) -> RunToken:
        """Creates a token for a step: it can only log to one run. Use it as the `api_key` of a client, which
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
        """Creates an API key. Its secret is in the reply and is not shown again. Needs a key with the role `admin`.

        If the reply is lost the call is not retried, because a retry would create another key. `project` is for root keys only.
        Raises ForbiddenError for a role or a project that the caller may not assign.
        """
        operation = _keys.create_key(
            self.connection, role=role, project=project, name=name, expires_at=expires_at
        )
        return perform(self.connection, operation)

    def list_keys(self) -> list[ApiKey]:
        """Lists the project's API keys, newest first; a root key lists those of all projects. Needs the role `admin`."""
        return perform(self.connection, _keys.list_keys(self.connection))

    def revoke_key(self, id: str) -> None:
        """Revokes an API key, by its id, and the run tokens that it issued; all are refused within a minute.

        Needs the role `admin`. Raises NotFoundError.
        """
        perform(self.connection, _keys.revoke_key(self.connection, id))
