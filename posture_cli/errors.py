"""Everything that can go wrong, as a tree:

    PostureError
    |-- SourceError        an input cannot be read
    |   `-- NothingError   a folder, a pattern or an archive has nothing to read
    |-- EstimatorError     an estimator does not exist or cannot start
    |-- ModelError         a model file is missing or is not the one it should be
    |-- DependencyError    a package cannot be imported
    |-- ConfigError        a file of settings cannot be used
    |-- RequestError       what is asked for does not make sense (wrong usage)
    `-- OutputError        a result cannot be written

Each carries a message (what is wrong), a hint (what to do) and a code for programs.
"""

from __future__ import annotations

from functools import partial


class PostureError(Exception):
    """Base of all errors of this package.

    Attributes:
        message: What is wrong, one line.
        hint: What to do about it, one line.
        code: The same in one word, for the JSON form.
    """

    code = "failed"

    def __init__(self, message: str, *, hint: str, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code or type(self).code

    def __reduce__(self) -> tuple[partial[PostureError], tuple[()]]:
        """Let it travel between processes, whole: Exception leaves out what has a name."""
        return partial(type(self), self.message, hint=self.hint, code=self.code), ()


class SourceError(PostureError):
    """An input cannot be read."""

    code = "unreadable"


class NothingError(SourceError):
    """A folder, a pattern or an archive has nothing to read: no picture is missing."""

    code = "not_found"


class EstimatorError(PostureError):
    """An estimator does not exist or cannot start."""

    code = "estimator"


class ModelError(PostureError):
    """A model file is missing, or is not the file it should be."""

    code = "model"


class DependencyError(PostureError):
    """A package that is needed cannot be imported."""

    code = "dependency"


class OutputError(PostureError):
    """A result cannot be written."""

    code = "output"


class RequestError(PostureError, ValueError):
    """What is asked for does not make sense: options that exclude each other, for example."""

    code = "usage"


class ConfigError(PostureError):
    """A file of settings cannot be used."""

    code = "config"
