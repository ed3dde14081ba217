"""Functions as steps."""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncGenerator, Callable, Generator
from dataclasses import replace
from typing import Any, ParamSpec, TypeVar, cast, overload

from ._context import Context, current_context, within

P = ParamSpec("P")
R = TypeVar("R")


@overload
def step(function: Callable[P, R], /) -> Callable[P, R]: ...
@overload
def step(name: str | None = None, /) -> Callable[[Callable[P, R]], Callable[P, R]]: ...
@overload
def step(*, name: str | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]: ...
def step(function: Any = None, /, *, name: str | None = None) -> Any:
    """Turns a function into a step: logs while it runs go to the step and, unless `log_related_entities` is False, to the run.

    ```python
    @step
    def train_model(rows):
        log_metadata({"accuracy": accuracy})

    @step(name="evaluate")
    async def evaluate_model(): ...
    ```

    If steps are nested, the innermost counts. Coroutines, methods, generators and asynchronous generators can be steps as
    well; a generator belongs to its step whenever it is iterated. The name is the function's unless another is given.
    """
    if function is None or isinstance(function, str):
        return functools.partial(_step, name=function or name)
    return _step(function, name)


def _step(function: Any, name: str | None) -> Any:
    if isinstance(function, staticmethod):
        return staticmethod(_step(cast("Any", function).__func__, name))
    if isinstance(function, classmethod):
        return classmethod(_step(cast("Any", function).__func__, name))
    if not callable(function):
        raise TypeError("step: decorates a function; for another name write @step(name='…')")
    step_name = name or str(getattr(function, "__name__", type(function).__name__))
    if inspect.iscoroutinefunction(function):
        return _coroutine(function, step_name)
    return _function(function, step_name)


def _coroutine(function: Any, name: str) -> Any:
    @functools.wraps(function)
    async def in_step(*args: Any, **kwargs: Any) -> Any:
        with within(_inside(current_context(), name)):
            return await function(*args, **kwargs)

    return in_step


def _function(function: Any, name: str) -> Any:
    @functools.wraps(function)
    def in_step(*args: Any, **kwargs: Any) -> Any:
        called = current_context()
        with within(_inside(called, name)):
            result = function(*args, **kwargs)
        if inspect.isgenerator(result):
            return _driven(result, called, name)
        if inspect.isasyncgen(result):
            return _driven_async(result, called, name)
        if inspect.iscoroutine(result):
            return _awaited(result, called, name)
        return result

    return in_step


def _inside(around: Context, name: str) -> Context:
    return replace(around, step=name)


def _context_of(called: Context, name: str) -> Context:
    # A generator created outside of any run belongs to the run in which it is iterated.
    return _inside(current_context() if called.run is None else called, name)


async def _awaited(coroutine: Any, called: Context, name: str) -> Any:
    with within(_context_of(called, name)):
        return await coroutine


def _driven(generator: Generator[Any, Any, Any], called: Context, name: str) -> Generator[Any, Any, Any]:
    """A generator whose body runs in the step, while the code that iterates it keeps its own context."""
    go: Callable[[], Any] = functools.partial(next, generator)
    try:
        while True:
            with within(_context_of(called, name)):
                try:
                    value = go()
                except StopIteration as end:
                    return end.value
            try:
                go = functools.partial(generator.send, (yield value))
            except GeneratorExit:
                raise
            except BaseException as error:
                go = functools.partial(generator.throw, error)
    finally:
        with within(_context_of(called, name)):
            generator.close()


async def _driven_async(generator: AsyncGenerator[Any, Any], called: Context, name: str) -> AsyncGenerator[Any, Any]:
    go: Callable[[], Any] = generator.__anext__
    try:
        while True:
            with within(_context_of(called, name)):
                try:
                    value = await go()
                except StopAsyncIteration:
                    return
            try:
                go = functools.partial(generator.asend, (yield value))
            except GeneratorExit:
                raise
            except BaseException as error:
                go = functools.partial(generator.athrow, error)
    finally:
        with within(_context_of(called, name)):
            await generator.aclose()
