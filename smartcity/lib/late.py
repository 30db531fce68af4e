"""What few pages need is loaded when it is first needed, not when the site starts."""

from collections.abc import Callable
from typing import Any

from django.utils.module_loading import import_string


def late(path: str) -> Callable[..., Any]:
    """The function, or the view, at the dotted ``path``; its module is loaded by the first call."""

    def call(*args: Any, **kwargs: Any) -> Any:
        return import_string(path)(*args, **kwargs)

    # Whoever asks what this is, is told of what it stands for.
    call.__module__, _, call.__name__ = path.rpartition(".")
    return call
