"""Sets of rules by name, or from a file of `posture train`."""

from __future__ import annotations

import json
from pathlib import Path

from posture_cli import reading
from posture_cli.core.judge import learned, learned_form, together
from posture_cli.core.judge.judges import RULE_SETS, RuleSet
from posture_cli.core.judge.learned import LearnedModel
from posture_cli.core.masking import one_line
from posture_cli.errors import ModelError, OutputError
from posture_cli.judging import any_view
from posture_cli.storage.whole import may_write, write_whole

MOST_BYTES = 1 << 20
"""A model has about three thousand bytes; a device may be endless. Our limit."""
DEFAULT = "default"
NAMES = (DEFAULT, *RULE_SETS)
"""Every set of rules by name."""
AGAIN = "name a file that `posture train` wrote, or train again"
REPLAYED = "replay"
"""The name of the replay estimator, which does not know who found its keypoints."""


def load(name: str) -> RuleSet:
    """Return a set of rules.

    Args:
        name: One of `NAMES`, or the path of a file of `posture train`.
    Raises:
        ModelError: If there is neither, or the file cannot be used.
    """
    if name == DEFAULT:
        return together.rule_set(any_view.load())
    if "://" in name:  # a path has one slash, and is not masked as an address is
        raise ModelError(f"there are no rules {name!r}", hint="copy them to this machine first")
    return RULE_SETS[name] if name in RULE_SETS else of(read(Path(name)))


def of(model: LearnedModel) -> RuleSet:
    """Return a trained judge with its words and the limits that it shares with the rules."""
    by_rules = learned.STANCE_CHECKS if model.stance is None else ()
    return RuleSet(
        model.judge,
        learned.WORDS,
        (*learned.CHECKS, *by_rules),
        weigh=model.weigh,
        estimators=model.estimators,
    )


def unlike(rule_set: RuleSet, estimator: str) -> tuple[str, str] | None:
    """Return a warning and a hint if rules were trained on another estimator's keypoints, or None.

    Estimators differ: one puts the ear where another puts the jaw.
    """
    theirs, now = {_plain(name) for name in rule_set.estimators} - {REPLAYED}, _plain(estimator)
    if not theirs or now in theirs | {REPLAYED}:
        return None
    names = one_line(", ".join(sorted(theirs)))
    return (
        f"these rules were learned from keypoints of {names}, not of {estimator}",
        "expect mistakes; choose the --estimator of the training, or train again",
    )


def read(path: Path) -> LearnedModel:
    """Read a file of `posture train`.

    Raises:
        ModelError: If it is missing, damaged, or of a newer version.
    """
    try:
        data = reading.content(path, MOST_BYTES)
    except FileNotFoundError as error:
        names = ", ".join(NAMES)
        hint = f"check the path, or choose {names}"
        raise ModelError(f"there are no rules {str(path)!r}", hint=hint) from error
    except reading.TooLargeError as error:
        raise ModelError(f"{path} is too large for a model", hint=AGAIN, code="damaged") from error
    except (OSError, ValueError) as error:  # also a NUL in the name
        reason = getattr(error, "strerror", None) or error
        hint = "check its path and permissions"
        raise ModelError(f"the rules {path} cannot be read: {reason}", hint=hint) from error
    return _decoded(path, data)


def save(model: LearnedModel, path: Path, *, replace: bool) -> None:
    """Write a model, whole or not at all.

    Args:
        model: The model.
        path: Where it goes; its folder is made if needed.
        replace: Whether an earlier file may be replaced.
    Raises:
        OutputError: If it cannot be written, or there is a file that must not be replaced.
    """
    check_free(path, replace=replace)
    text = json.dumps(learned_form.to_json(model), indent=1, ensure_ascii=False, allow_nan=False)
    write_whole(path, f"{text}\n".encode())


def check_free(path: Path, *, replace: bool) -> None:
    """Raise `OutputError`, before the training, if a model must not be written at a path."""
    if path.exists() and not replace:
        hint = "name another file, or replace it with --force"
        raise OutputError(f"{path} already exists", hint=hint)
    if not may_write(path):
        hint = "choose a file in a folder where you may write"
        raise OutputError(f"{path} cannot be written", hint=hint)


def _plain(estimator: str) -> str:
    """Return the name of an estimator without its precision, which hardly matters here."""
    return estimator.partition("@")[0]


def _decoded(path: Path, data: bytes) -> LearnedModel:
    try:
        form = json.loads(data.decode("utf-8-sig"))
        _check_version(path, form)
        return learned_form.from_json(form)
    except (ValueError, RecursionError) as error:
        message = f"{path} is not a model of `posture train`: {error}"
        raise ModelError(message, hint=AGAIN, code="damaged") from error


def _check_version(path: Path, form: object) -> None:
    schema = str(form.get("schema")) if isinstance(form, dict) else ""
    if schema.startswith(learned_form.FAMILY) and schema != learned_form.SCHEMA:
        raise ModelError(
            f"{path} has another version: {schema[:40]}",
            hint="pip install --upgrade posture-cli, or train again",
        )
