"""Pictures of one person, or frames of one video, stay together."""

from __future__ import annotations

import pytest

from posture_cli.dataset.groups import check_column, columns_of, group_column, group_of
from posture_cli.dataset.labelled import Labelled, Row, Source
from posture_cli.errors import RequestError


def source(name: str, **about: str) -> Source:
    return Source(name, (Row("", "sitting", about),))


def labelled(group: str, **about: str) -> Labelled:
    return Labelled("a.jpg", "sitting", about, "key", group, source("a.jpg"))


def test_columns_are_known_with_their_values_before_files_are_opened():
    sources = [source("a.jpg", person="1", view="profile"), source("b.mp4", person="2")]
    assert columns_of(sources) == {"person": {"1", "2"}, "view": {"profile"}}


@pytest.mark.parametrize(
    ("columns", "asked", "column"),
    [
        ({"person": {"1", "2"}, "source": {"a", "b"}}, None, "person"),
        ({"person": {"1", ""}, "source": {"a", "b"}}, None, "source"),
        ({"view": {"a", "b"}}, None, None),
        ({"view": {"a", "b"}}, "VIEW", "view"),
        ({"view": {"a"}}, "view", None),
    ],
)
def test_a_column_groups_if_it_tells_pictures_apart(columns, asked, column):
    assert group_column(columns, asked) == column


def test_a_column_that_is_not_there_is_refused_with_those_there_are():
    with pytest.raises(RequestError, match="--by hat: no such column") as told:
        check_column("--by", "hat", {"view": {"a"}, "body": {"b"}})
    assert told.value.hint == "there are body, view"
    with pytest.raises(RequestError, match="--group hat: no such column") as told:
        group_column({}, "hat")
    assert told.value.hint == "there are none"


def test_a_picture_without_a_value_is_a_group_by_itself_and_frames_are_one_with_their_video():
    assert group_of(labelled("video", person="1"), "person") == "1"
    assert group_of(labelled("video", person=""), "person") == "video"
    assert group_of(labelled("video", person="1"), None) == "video"
