"""The page of `posture train`, as text."""

from __future__ import annotations

from dataclasses import replace

from posture_cli.core.judge.learned import LearnedModel
from posture_cli.core.score.evaluation import Score
from posture_cli.core.score.learned_card import DEFAULT, LEARNED, LIMITS, Data
from posture_cli.report.evaluation_page import Mistake
from posture_cli.report.learned_plots import Dot
from posture_cli.report.training_page import MARK, page
from tests.report.pages import EVIL, outline
from tests.report.test_evaluation_page import evaluation
from tests.report.test_learned_plots import question

MADE = {"date": "2026-11-21", "posture": "1.2", "scikit_learn": "1.9"}
DATA = Data([EVIL], {"sitting": 3}, {"sitting": 2}, {"bent_over": 1}, 4, 5, "person", 6, 6)


def shown(*, stance: bool = True, difference: Score = Score(0.1, 0.05, 0.2)) -> str:  # noqa: B008 - frozen
    asked = question(1, 1)
    model = LearnedModel(asked, asked if stance else None, (), {"made": MADE, "limits": LIMITS})
    found = evaluation(LEARNED, DEFAULT)
    found = replace(found, differences={LEARNED: difference})
    dots = [Dot("sitting", 0, 20), Dot("hunching", 40, 70)]
    mistakes = {name: [Mistake(found.trials[0].judged[1], EVIL)] for name in (LEARNED, DEFAULT)}
    curve = [(3.0, Score(0.5)), (6.0, Score(0.7))]
    return page(
        found, mistakes, "2026-11-21", model=model, data=DATA, dots=(dots, dots[:1]), curve=curve
    )


def test_a_page_stands_alone_and_what_comes_from_outside_is_text():
    text = shown()
    tags = {tag for tag, _ in outline(text).tags}
    assert tags & {"script", "link", "iframe", "object", "form"} == set()
    assert "\x1b" not in text
    assert MARK in text[:1000]


def test_the_learned_judge_is_compared_with_the_default_rules():
    assert "macro-F1 against default" in shown()


def test_it_says_whether_it_pays_and_has_everything():
    text = shown()
    assert "Training paid: macro-F1 +0.100 (+0.050 to +0.200) above the default rules." in text
    parts = [
        "Is it worth it?",
        "What the judge looks at",
        "Judged wrong",
        "Scores",
        "By group",
        "Card",
    ]
    places = [text.index(f"<h2>{part}</h2>") for part in parts]
    assert places == sorted(places)
    assert all(limit in text for limit in LIMITS)
    assert "6 groups by person, one fold per group" in text
    assert "2026-11-21, posture 1.2, scikit-learn 1.9" in text


def test_an_angle_s_weight_is_told_as_odds():
    """A weight of 1 per 10 degrees multiplies the odds by e."""
    assert shown().count("<td>2.7</td>") == 4


def test_each_plot_names_the_labels_that_are_in_it():
    hunching, _, stance = shown().partition("Sitting, or standing?")
    assert hunching.count("</svg>hunching</li>") == 1
    assert "</svg>hunching</li>" not in stance


def test_a_stance_that_was_not_learned_is_left_to_the_rules():
    text = shown(stance=False)
    assert "that is left to the default rules" in text
    assert "Sitting, or standing?" not in text
