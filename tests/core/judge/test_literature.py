from dataclasses import replace

import pytest

from posture_cli.core.body.keypoints import Joint
from posture_cli.core.judge import literature
from tests.people import HUNCHING, SITTING, STANDING, codes, judged, mirrored, someone, without


@pytest.mark.parametrize(
    ("pose", "label", "why"),
    [
        (SITTING, "sitting", ("trunk_forward", "neck_flexion", "neck_forward", "hip_angle")),
        (STANDING, "standing", ("trunk_forward", "neck_flexion", "neck_forward", "hip_angle")),
        (replace(SITTING, trunk_deg=21), "hunching", ("trunk_forward", "hip_angle")),
        (replace(SITTING, neck_deg=28), "hunching", ("neck_flexion", "hip_angle")),
        (replace(SITTING, trunk_deg=18, neck_deg=41), "hunching", ("neck_forward", "hip_angle")),
        (
            replace(HUNCHING, trunk_deg=15),
            "hunching",
            ("neck_flexion", "neck_forward", "hip_angle"),
        ),
    ],
)
def test_one_threshold_is_enough_for_a_hunch(pose, label, why):
    for person in (someone(pose), mirrored(someone(pose))):
        verdict = judged(person, literature.judge)
        assert (verdict.label, codes(verdict), verdict.confidence) == (label, why, 1.0)


@pytest.mark.parametrize(
    ("gone", "code"),
    [
        ((Joint.RIGHT_HIP,), "low_score"),
        ((Joint.RIGHT_EAR,), "head_not_visible"),
        ((Joint.RIGHT_KNEE,), "legs_not_visible"),
        ((Joint.NOSE, Joint.LEFT_EYE, Joint.RIGHT_EYE), "facing_unknown"),
    ],
)
def test_what_cannot_be_measured_is_unknown(gone, code):
    verdict = judged(without(someone(SITTING), *gone), literature.judge)
    assert (verdict.label, codes(verdict)) == ("unknown", (code,))


def test_every_code_has_words():
    for pose in (SITTING, HUNCHING):
        verdict = judged(someone(pose), literature.judge)
        assert set(codes(verdict)) <= literature.WORDS.keys()
