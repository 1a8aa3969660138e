from dataclasses import replace

import pytest

from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.scene import Person
from posture_cli.core.judge.labels import Stance
from posture_cli.core.judge.verdict import Reason, Verdict
from posture_cli.core.observation import Reading
from posture_cli.core.time import staying
from posture_cli.core.time.staying import MOVED, Place
from tests.people import HUNCHING, SITTING, measured, scaled, shifted, someone, without

SITS = someone(SITTING)
SAID = Verdict("sitting", False, "sitting", 0.9, (Reason("thigh_level"),))
HIDDEN = Verdict("unknown", False, "unknown", 0.0, (Reason("legs_not_visible"),))


def look(person: Person, verdict: Verdict) -> Reading:
    return Reading(person, measured(person), verdict)


def seated(believed: Stance = "sitting") -> Place | None:
    return staying.step(None, look(SITS, SAID), believed)[0]


def test_the_place_is_that_of_the_hips():
    place = seated()
    assert place is not None
    assert (place.stance, place.confidence, place.torso_px) == ("sitting", 0.9, pytest.approx(150))
    assert (place.x, place.y) == pytest.approx((507.5, 400))


@pytest.mark.parametrize("believed", ["standing", "unknown"])
def test_one_look_that_is_not_believed_is_no_place(believed):
    assert seated(believed) is None


@pytest.mark.parametrize("factor", [0.4, 1.0])
def test_the_stance_goes_on_until_the_hips_move(factor):
    place, _ = staying.step(None, look(scaled(SITS, factor), SAID), "sitting")
    for far, label in ((MOVED - 0.05, "sitting"), (MOVED + 0.05, "unknown")):
        moved = shifted(scaled(SITS, factor), 0, -far * 150 * factor)
        kept, verdict = staying.step(place, look(moved, HIDDEN), "sitting")
        assert (kept, verdict.label, verdict.stance) == (place, label, label)


def test_what_is_not_about_the_legs_stays_unknown():
    for verdict in (
        replace(HIDDEN, reasons=(Reason("squatting"),)),
        replace(HIDDEN, reasons=(Reason("borderline"),)),
    ):
        assert staying.step(seated(), look(SITS, verdict), "sitting") == (seated(), verdict)


def test_who_puts_the_feet_up_sits_on_but_a_hunch_stays_unjudged():
    feet_up = Verdict("unknown", None, "unknown", 0.0, (Reason("feet_up"),))
    assert staying.step(seated(), look(SITS, feet_up), "sitting")[1].label == "sitting"
    hunched = look(someone(HUNCHING), feet_up)
    assert staying.step(seated(), hunched, "sitting")[1] == feet_up


def test_without_hips_nothing_goes_on():
    unseen = without(SITS, Joint.LEFT_HIP)
    assert staying.step(seated(), look(unseen, HIDDEN), "sitting") == (seated(), HIDDEN)
