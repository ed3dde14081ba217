"""Metadata for the runs of your pipelines: log it from inside a step or afterwards, read it back by run id, name or prefix.

```python
from runmeta import log_metadata, run, step
from runmeta.client import Client

@step
def train_model(rows):
    log_metadata(metadata={"run_metrics": {"accuracy": 0.97}})

with run("iris-1"):
    train_model(rows)

print(Client().get_pipeline_run("iris-1").run_metadata["run_metrics"])
```
"""

from ._ambient import get_pipeline_run, log_metadata, new_run, run
from ._context import adopt_environment, context_environment
from ._steps import step
from ._values.numbers import NumberLiteral
from ._values.pointers import ABSENT
from .async_client import AsyncClient
from .client import Client
from .errors import (
    AmbiguousRunError,
    ApiError,
    BadRequestError,
    ConfigurationError,
    ConnectionError,
    ForbiddenError,
    IdempotencyKeyReusedError,
    IdTakenError,
    InternalError,
    InvalidValueError,
    KeyNotFoundError,
    MethodNotAllowedError,
    NameTakenError,
    NotFoundError,
    PayloadTooLargeError,
    RateLimitedError,
    RunmetaError,
    RunNotFoundError,
    StoreUnavailableError,
    TimeoutError,
    UnauthorizedError,
    UnexpectedReplyError,
    UnsupportedMediaTypeError,
)
from .metadata_types import DType, Path, StorageSize, Uri

__version__ = "0.0.0"

__all__ = [
    "ABSENT",
    "AmbiguousRunError",
    "ApiError",
    "AsyncClient",
    "BadRequestError",
    "Client",
    "ConfigurationError",
    "ConnectionError",
    "DType",
    "ForbiddenError",
    "IdTakenError",
    "IdempotencyKeyReusedError",
    "InternalError",
    "InvalidValueError",
    "KeyNotFoundError",
    "MethodNotAllowedError",
    "NameTakenError",
    "NotFoundError",
    "NumberLiteral",
    "Path",
    "PayloadTooLargeError",
    "RateLimitedError",
    "RunNotFoundError",
    "RunmetaError",
    "StorageSize",
    "StoreUnavailableError",
    "TimeoutError",
    "UnauthorizedError",
    "UnexpectedReplyError",
    "UnsupportedMediaTypeError",
    "Uri",
    "adopt_environment",
    "context_environment",
    "get_pipeline_run",
    "log_metadata",
    "new_run",
    "run",
    "step",
]
