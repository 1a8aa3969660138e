"""The days that the pictures of the report show: as a watch would have recorded them."""

from itertools import pairwise

from docs.figures import report_pages
from docs.figures.made_up_days import LAST, past
from posture_cli.core.judge.labels import POSTURES


def test_the_days_are_always_the_same_and_end_with_the_last():
    whole, week = past(84), past(7)
    assert past(84) == whole
    assert {one.started.weekday() for one in whole.intervals} == {0, 1, 2, 3, 4}
    assert week.intervals == [one for one in whole.intervals if one.started.date() >= week.first]
    assert week.last == LAST.date() == week.intervals[-1].started.date()
    assert {one.label for one in whole.intervals} == set(POSTURES)


def test_nothing_overlaps_and_alerts_come_while_their_posture_is_held():
    made = past(84)
    gaps_s = [(b.started - a.ended).total_seconds() for a, b in pairwise(made.intervals)]
    assert min(gaps_s) > -0.01
    assert {alert.kind for alert in made.alerts} == {"hunching", "sitting"}
    for alert in made.alerts:
        (held,) = [one for one in made.intervals if one.started <= alert.at < one.ended]
        assert held.label in ("hunching", "sitting")
        assert alert.kind == "sitting" or held.label == "hunching"


def test_every_picture_of_the_report_is_in_the_docs():
    docs = (report_pages.PLACE.parent / "history.md").read_text(encoding="utf-8")
    for name in report_pages.SHOWN:
        assert f'"pictures/{name}.jpg"' in docs
        assert (report_pages.PLACE / f"{name}.jpg").is_file()
    assert report_pages.pages()["empty"].count("<section") == 0
