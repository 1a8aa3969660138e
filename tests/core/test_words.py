"""Every reason code and every alert has words for people."""

import ast
import inspect

import pytest

from posture_cli.core import advice
from posture_cli.core.judge import deeplens, gates, limits, literature, rules
from posture_cli.core.judge.drift import WORDS as DRIFT
from posture_cli.core.judge.judges import RULE_SETS
from posture_cli.core.judge.verdict import Check, Reason
from posture_cli.core.wording import alert_text, duration, reason_text, reason_to_you


def literal_codes(module: object) -> set[str]:
    """The codes that a module writes into a `Reason` or into its first argument."""
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(module))) if is_reason(node)]
    return {call.args[0].value for call in calls}


def is_reason(node: ast.AST) -> bool:
    named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    return named and node.func.id == "Reason"


@pytest.mark.parametrize("module", [gates, rules])
def test_the_default_judge_has_words_for_every_code(module):
    checks = {value.code for value in vars(module).values() if isinstance(value, Check)}
    codes = literal_codes(module) | checks
    assert len(codes) > 4
    assert codes <= limits.WORDS.keys()


def test_the_published_judge_has_words_for_every_code():
    assert literal_codes(deeplens) == deeplens.WORDS.keys()


def test_there_are_no_words_for_codes_that_no_judge_gives():
    checks = {check.code for check in limits.CHECKS}
    given = checks | literal_codes(gates) | literal_codes(rules) | {rules.UPRIGHT}
    assert given == limits.WORDS.keys()


@pytest.mark.parametrize(
    "words",
    [limits.WORDS, literature.WORDS, deeplens.WORDS],
    ids=["rules", "literature", "deeplens"],
)
def test_words_are_words(words):
    for code, text in words.items():
        assert " " in text, code
        assert "_" not in text, code


def test_every_check_of_the_rules_is_listed():
    checks = [v for module in (gates, limits) for v in vars(module).values()]
    assert {c.words for c in checks if isinstance(c, Check)} == {c.words for c in limits.CHECKS}


@pytest.mark.parametrize(
    ("kind", "level", "lasted", "words"),
    [
        ("hunching", 1, 30.4, "You have been hunching for 30 seconds."),
        (
            "hunching",
            2,
            330,
            "You are still hunching, for 5 minutes 30 seconds now. "
            "Sit up, or change your position.",
        ),
        ("sitting", 1, 2702, "You have been sitting for 45 minutes. Time to stand up."),
        ("sitting", 9, 3700, "You have been sitting for 1 hour 2 minutes. Please take a break."),
    ],
)
def test_alerts_are_sentences(kind, level, lasted, words):
    assert alert_text(kind, level, lasted) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "0 seconds"),
        (1, "1 second"),
        (59.6, "1 minute"),
        (90, "1 minute 30 seconds"),
        (3599, "1 hour"),
        (7260, "2 hours 1 minute"),
    ],
)
def test_durations_are_words(seconds, words):
    assert duration(seconds) == words


@pytest.mark.parametrize("code", limits.WORDS)
def test_a_watch_speaks_to_the_person_and_not_of_them(code):
    reason, rule_set = Reason(code), RULE_SETS["rules"]
    said = reason_to_you(reason, rule_set)
    assert "the person" not in said
    assert (said == reason_text(reason, rule_set)) == ("the person" not in limits.WORDS[code])


def test_advice_before_a_camera_is_for_the_person_who_sits_there():
    assert advice.TO_YOU.keys() == advice.CAMERA.keys()
    assert not [text for text in (*advice.TO_YOU.values(), *DRIFT.values()) if "the person" in text]
