"""Plots are well formed, stay inside, and are as long as what they show."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from posture_cli.core.score.evaluation import Score
from posture_cli.report import plots
from posture_cli.report.pages import environment
from tests.report.pages import assert_inside, drawn
from tests.report.test_evaluation_page import evaluation


@pytest.mark.parametrize(
    "plot",
    [
        plots.score_bars("a", {"a & b": Score(0.5, 0.4, 0.6), "a long name" * 9: Score(None)}),
        plots.reliability("all <right>", evaluation("default").trials[0].bins),
        plots.reliability("nothing", ()),
        plots.risk_coverage("risk", {"one": [(0.2, 0.0), (1.0, 0.3)], "none": []}),
        plots.risk_coverage("nothing", {}),
    ],
    ids=["bars", "reliability", "no answers", "risk", "no curves"],
)
def test_a_plot_is_well_formed_and_stays_inside(plot):
    assert_inside(drawn(plot))


def test_every_curve_is_named_below_by_a_line_that_looks_like_it():
    names = [f"{number} & more" for number in range(8)]
    plot = plots.risk_coverage("risk", {name: [(0.2, 0.0), (1.0, 0.3)] for name in names})
    curves = [(plots.style(number), name) for number, name in enumerate(names)]
    root = ET.fromstring(environment().get_template("plots.svg").module.chart(plot, curves))
    assert_inside(root)
    styles = ["c0", "c1", "c2", "c3", "c4", "c5", "c0", "c1"]
    assert [line.get("class") for line in root.iter("polyline")] == [*styles, *styles]
    assert [text.text for text in root.iter("text") if "more" in text.text] == names


def test_the_bar_is_as_long_as_the_score():
    root = drawn(plots.score_bars("accuracy", {"mine": Score(0.5, 0.25, 0.75)}))
    bar = next(part for part in root.iter("rect") if part.get("class") == "bar")
    whisker = next(root.iter("line"))
    assert float(bar.attrib["width"]) == 170
    assert (float(whisker.attrib["x1"]), float(whisker.attrib["x2"])) == (85.0, 255.0)
