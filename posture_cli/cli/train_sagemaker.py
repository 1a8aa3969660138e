"""A training job of SageMaker: the word `train`, and everything else in files below /opt/ml.

Source: "Use Your Own Training Algorithms", the container contract in AWS's developer guide.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO, cast

from posture_cli import reading
from posture_cli.errors import ConfigError

ROOT = Path("/opt/ml")
CONFIG = Path("input/config")
CHANNELS = ("train", "training")
"""Names of the channel to learn from: by habit, and by SageMaker's SDK where nobody names one."""
LABELS = ("labels.csv", "lists/train.csv")
"""A channel's CSV: written by people, or by `posture split` in the pipeline of `posture init`."""
OWN = "sagemaker_"
"""Hyperparameters of SageMaker's SDK begin with this."""
MOST_BYTES = 1_000_000
"""Of the hyperparameters. Our limit: SageMaker's own is 100 of 2,500 characters."""
SHOWN = 1024
"""Characters of the failure that SageMaker shows. Source: the contract."""


def words(given: Sequence[str]) -> list[str]:
    """Return the words of a command line: those that were given, or what a job's files say.

    Raises:
        ConfigError: If the files of a job cannot be used.
    """
    if not _is_job(given):
        return list(given)
    return ["train", str(_pictures()), "--output", str(ROOT / "model/judge.json"), *_options()]


@contextmanager
def failure(given: Sequence[str]) -> Iterator[list[int]]:
    """Write what went wrong in a job where SageMaker looks for it.

    Yields:
        A list for the exit code.
    """
    codes: list[int] = []
    if not _is_job(given):
        yield codes
        return
    copy = _Copy(sys.stderr)
    sys.stderr = cast(TextIO, copy)
    try:
        yield codes
    finally:
        if codes != [0]:
            with suppress(OSError):  # it is on stderr as well
                (ROOT / "output").mkdir(exist_ok=True)
                (ROOT / "output/failure").write_text(copy.text.strip()[-SHOWN:], "utf-8")


def _is_job(given: Sequence[str]) -> bool:
    return list(given) == ["train"] and (ROOT / CONFIG).is_dir()


def _pictures() -> Path:
    """Return the labels to learn from: a CSV by its name, else the folder of the channel."""
    data = ROOT / "input/data"
    for channel in CHANNELS:
        if (data / channel).is_dir():
            lists = [data / channel / name for name in LABELS]
            return next(filter(Path.is_file, lists), data / channel)
    found = ", ".join(sorted(path.name for path in data.glob("*"))) or "none"
    hint = f"name the channel {CHANNELS[0]}; the job has: {found}"
    raise ConfigError("this job has no channel to learn from", hint=hint)


def _options() -> Iterator[str]:
    """Yield the hyperparameters as options of `posture train`; all their values are texts."""
    for name, value in _hyperparameters().items():
        text = _text(value)
        if name.startswith(OWN) or text in {"false", "null"}:
            continue
        yield f"--{name.replace('_', '-')}"
        if text != "true":
            yield text


def _text(value: Any) -> str:
    """Return a value as it was meant: some versions of the SDK write texts as JSON texts."""
    if not isinstance(value, str):
        return json.dumps(value)
    with suppress(ValueError):
        inner = json.loads(value)
        return inner if isinstance(inner, str) else value
    return value


def _hyperparameters() -> Mapping[str, Any]:
    path = ROOT / CONFIG / "hyperparameters.json"
    if not path.exists():
        return {}
    try:
        found = json.loads(reading.content(path, MOST_BYTES))
        return dict(found.items())
    except (OSError, ValueError, AttributeError) as error:
        message = f"the hyperparameters of this job cannot be read: {path}"
        raise ConfigError(message, hint="it should be a JSON object of texts") from error


class _Copy:
    """A stream whose text is also kept."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self.text = stream, ""

    def write(self, text: str) -> int:
        self.text += text
        return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
