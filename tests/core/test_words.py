"""Every reason code that a judge can give has words for people."""

import ast
import inspect

import pytest

from posture_cli.core.judge import deeplens, gates, limits, literature, rules
from posture_cli.core.judge.verdict import Check


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


def test_no_word_is_for_a_code_that_nobody_gives():
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
