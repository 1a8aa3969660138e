"""The catalogue says what the zoo has."""

from __future__ import annotations

import re

from posture_cli.estimators.models.catalogue import GROUPS, INSIDE, MODELS


def test_files_are_named_like_the_zoo_names_them() -> None:
    assert MODELS["simple_pose_resnet18_v1b"].file_name == (
        "simple_pose_resnet18_v1b-f63d42ac.params"
    )
    assert MODELS["yolo3_mobilenet1.0_coco"].zip_name == "yolo3_mobilenet1.0_coco-66dbbae6.zip"


def test_every_model_has_a_whole_hash_a_task_an_origin_and_a_licence() -> None:
    for name, model in MODELS.items():
        assert model.name == name
        assert re.fullmatch("[0-9a-f]{40}", model.sha1)
        assert model.task == ("pose" if "pose" in name else "detector")
        assert model.origin
        assert model.licence
    assert len({model.sha1 for model in MODELS.values()}) == len(MODELS)


def test_the_tutorial_s_pair_is_one_of_each_task() -> None:
    assert sorted(MODELS[name].task for name in GROUPS["gluoncv"]) == ["detector", "pose"]


def test_an_accuracy_is_only_given_for_the_file_it_was_published_for() -> None:
    assert [name for name, model in MODELS.items() if not model.accuracy] == [
        "mobile_pose_mobilenetv3_small"
    ]


def test_embedded_files_are_no_files_of_the_zoo() -> None:
    assert not INSIDE.keys() & MODELS.keys()
