"""docs/rules.md says what the code does: its tables and figures are what the scripts write."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from docs.figures import draw, tables
from docs.figures.advice import REST_ON, TO_DO
from docs.figures.biases import Sample, biases
from posture_cli.core.judge.limits import CHECKS
from posture_cli.core.judge.rules import judge
from posture_cli.core.judge.together import WORDS
from posture_cli.core.judge.verdict import Check
from tests.people import HUNCHING, SITTING, SIZE, measured, someone

PAGE = tables.PAGE.read_text(encoding="utf-8")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
BY_HAND = re.sub(r"<!-- (\w[\w ]*) -->.*?<!-- end of \1 -->", "", PAGE, flags=re.DOTALL)
"""The page without what scripts write."""


@pytest.mark.parametrize(
    ("path", "name"), [(path, name) for path, of in tables.TABLES.items() for name in of]
)
def test_a_table_of_a_page_is_what_the_code_says(path, name):
    page = path.read_text(encoding="utf-8")
    assert tables.rewritten(page, name, tables.TABLES[path][name]()) == page, "run `make docs`"


@pytest.mark.parametrize("name", draw.FIGURES | draw.OTHERS)
def test_a_figure_is_what_the_script_draws(name):
    kept = (draw.HERE / name).read_text(encoding="utf-8").rstrip("\n")
    drawn = (draw.FIGURES | draw.OTHERS)[name]()
    assert NUMBER.sub("#", kept) == NUMBER.sub("#", drawn), "run `make docs`"
    numbers = [float(n) for n in NUMBER.findall(drawn)]
    assert [float(n) for n in NUMBER.findall(kept)] == pytest.approx(numbers, abs=0.02)


def test_the_drawn_postures_get_the_answers_that_they_are_drawn_for():
    answers = {}
    for title, person, _ in draw.POSTURES:
        verdict = judge(person, measured(person), SIZE)
        answers[title] = verdict.label, verdict.reasons[0].code
    assert answers == {
        "sitting": ("sitting", "thigh_level"),
        "standing": ("standing", "thigh_upright"),
        "hunching, seated": ("hunching", "slumped"),
        "hunching, standing": ("hunching", "slumped"),
        "lying": ("unknown", "lying"),
        "reclined": ("unknown", "reclined"),
        "feet up": ("unknown", "feet_up"),
        "bent over": ("unknown", "bent_over"),
        "squatting": ("unknown", "squatting"),
        "kneeling": ("unknown", "kneeling"),
        "a lunge": ("unknown", "legs_differ"),
        "on a high stool": ("unknown", "between"),
    }


def test_every_reason_has_a_line_that_says_what_to_do_or_what_it_speaks_for():
    assert TO_DO.keys() | REST_ON.keys() == WORDS.keys()
    assert TO_DO.keys() & REST_ON.keys() == set()


@pytest.mark.parametrize("quantity", sorted({check.quantity for check in CHECKS}))
def test_every_quantity_that_explain_prints_is_explained(quantity):
    name = quantity.removesuffix("_deg").removesuffix("_px").replace("_", " ")
    explained = rf"^\| {name} \||\*\*{name}\*\*|\*{name}\*"
    assert re.search(explained, BY_HAND, re.MULTILINE | re.IGNORECASE)


def test_every_link_of_the_page_leads_somewhere():
    heads = re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", head).lower().replace(" ", "-") for head in heads}
    links = re.findall(r"\]\(([^)]+)\)", PAGE)
    assert {link[1:] for link in links if link.startswith("#")} <= anchors
    files = [link for link in links if not link.startswith(("#", "https:"))]
    assert [file for file in files if not (tables.PAGE.parent / file).exists()] == []
    assert {Path(file).name for file in files} >= draw.FIGURES.keys()


def test_only_the_place_of_a_table_is_rewritten():
    page = "one\n<!-- here -->\nold\n<!-- end of here -->\ntwo\n"
    once = tables.rewritten(page, "here", "new")
    assert once == "one\n<!-- here -->\n\nnew\n\n<!-- end of here -->\ntwo\n"
    assert tables.rewritten(once, "here", "new") == once
    with pytest.raises(LookupError, match="elsewhere"):
        tables.rewritten(page, "elsewhere", "new")


def test_a_limit_is_said_with_its_direction_its_unit_and_its_softness():
    def limit_of(unit, *, side="above", softness=0.0):
        words = {"unit": unit, "words": "", "source": "", "softness": softness}
        return tables.limit_of(Check("code", "slump_deg", **{side: 60.0}, **words))

    assert limit_of("deg", softness=4.0) == "above 60° ± 4°"
    assert limit_of("px", side="below") == "below 60 px"
    assert limit_of("torso") == "above 60.00 torsos"


def test_a_bias_is_the_mean_of_what_was_found_minus_what_is_true():
    upright, bent = (measured(someone(pose)) for pose in (SITTING, HUNCHING))
    spread = {f"{name}_deg": 2.5 for name in upright.angles.named()}
    rows = biases([Sample(bent, upright, spread), Sample(upright, upright, spread)]).splitlines()
    assert "| trunk | +9.0° | 12.7° | 2.5° | 2 |" in rows
    assert "| thigh | -2.5° | 3.5° | 2.5° | 2 |" in rows


def test_panels_of_a_figure_do_not_lie_on_each_other():
    places = re.findall(r'<svg x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"', draw.legs())
    rows = [tuple(map(float, place)) for place in places]
    assert len(rows) == 6
    assert all(a[1] < b[1] or a[0] + a[2] <= b[0] for a, b in pairwise(rows))
