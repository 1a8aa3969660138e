"""From items to lines: one each, in order, even if some cannot be read."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from posture_cli import pipeline
from posture_cli.core.body.scene import Frame
from posture_cli.core.judge import rules
from posture_cli.core.observation import Failure, Observation
from posture_cli.errors import OutputError, PostureError, SourceError
from posture_cli.inputs.items import Item
from posture_cli.label.engine import Line, label_items
from posture_cli.label.formats import naming
from posture_cli.label.tally import Tally
from tests.people import SITTING, SIZE, read, someone

PIXELS = np.zeros((SIZE.height, SIZE.width, 3), np.uint8)


def item(number: int) -> Item:
    name = f"{number}.jpg"
    return Item(f"picture:{name}", name, 0, lambda: Frame(PIXELS, name))


def damaged(number: int) -> Item:
    def load() -> Frame:
        raise SourceError("is damaged", hint="copy it again", code="damaged")

    return Item(f"picture:{number}.jpg", f"{number}.jpg", 0, load)


def observe(frame: Frame) -> Observation:
    reading = read(someone(SITTING), frame.size, rules.judge)
    return Observation(frame.source, 0, None, frame.size, "by hand", (reading,))


@pytest.mark.parametrize("workers", [1, 4])
def test_every_item_has_a_line_in_order_with_its_key(workers: int) -> None:
    found = label_items(map(item, range(50)), observe, workers)
    forms = [json.loads(line.data) for line in found]
    assert [form["key"] for form in forms] == [f"picture:{n}.jpg" for n in range(50)]
    assert {person["label"] for form in forms for person in form["people"]} == {"sitting"}
    without_key = {name: value for name, value in forms[3].items() if name != "key"}
    assert without_key == observe(Frame(PIXELS, "3.jpg")).to_json()


def test_a_result_that_is_not_json_costs_no_other_picture() -> None:
    def no_time(frame: Frame) -> Observation:
        time_s = float("nan") if frame.source == "0.jpg" else None
        return replace(observe(frame), time_s=time_s)

    bad, good = label_items([item(0), item(1)], no_time, 1)
    assert (bad.failure and bad.failure.code, good.failure) == ("crashed", None)


def test_an_item_that_cannot_be_read_has_a_line_with_the_error() -> None:
    good, bad = label_items([item(0), damaged(1)], observe, 1)
    failure = Failure("1.jpg", "damaged", "is damaged", "copy it again")
    assert (good.failure, bad.failure) == (None, failure)
    assert json.loads(bad.data) == {"key": "picture:1.jpg", **failure.to_json()}


def test_a_picture_is_saved_before_its_line_which_reports_trouble() -> None:
    saved = []

    def save(item: Item, observation: Observation, frame: Frame) -> None:
        saved.append((item.key, observation.source, frame.size))
        if item.name == "1.jpg":
            raise OutputError("no room", hint="make some")

    first, second = label_items(map(item, range(2)), observe, 1, save)
    assert saved == [(f"picture:{n}.jpg", f"{n}.jpg", SIZE) for n in range(2)]
    assert first.trouble is None and str(second.trouble) == "no room"
    form = json.loads(second.data)
    assert form["people"]
    assert form["trouble"] == {"code": "output", "message": "no room", "hint": "make some"}


def test_trouble_is_counted_from_the_journal_and_is_in_no_output() -> None:
    def save(item: Item, observation: Observation, frame: Frame) -> None:
        if item.name != "1.jpg":
            raise OutputError("no room", hint="make some")

    found = label_items([*map(item, range(3)), damaged(3)], observe, 1, save)
    tally, forms = Tally(), [json.loads(line.data) for line in found]
    assert [naming.form(form) for form in tally.counted(forms)] == [
        *(observe(Frame(PIXELS, f"{n}.jpg")).to_json() for n in range(3)),
        Failure("3.jpg", "damaged", "is damaged", "copy it again").to_json(),
    ]
    assert (tally.pictures, tally.errors.total(), tally.failed) == (4, 1, 3)
    assert [what for what, _ in tally.problems()][1:] == ["2 could not be drawn or sorted"]


def test_few_items_are_taken_ahead() -> None:
    taken, most = 0, 0

    def endless():
        nonlocal taken
        while True:
            taken += 1
            yield item(taken)

    for done, _ in enumerate(label_items(endless(), observe, 2), start=1):
        most = max(most, taken - done)
        if done == 200:
            break
    assert most <= 6


def test_several_threads_work_and_all_end() -> None:
    before = threading.active_count()
    met = threading.Barrier(2, timeout=10)

    def meet(frame: Frame) -> Observation:
        met.wait()
        return observe(frame)

    assert len(list(label_items(map(item, range(4)), meet, 2))) == 4
    assert threading.active_count() == before


@pytest.mark.parametrize("workers", [1, 4])
@pytest.mark.parametrize("code", ["login", "network"])
def test_a_store_out_of_reach_ends_the_run_and_gives_no_line(code: str, workers: int) -> None:
    def load() -> Frame:
        raise SourceError("cannot be reached", hint="check the network", code=code)

    found: list[Line] = []
    lost = Item("picture:s3://a/2.jpg", "s3://a/2.jpg", 0, load)
    run = label_items([item(0), item(1), lost, item(3)], observe, workers)
    with pytest.raises(SourceError, match=r"s3://a/2\.jpg: cannot be reached") as caught:
        found.extend(iter_into(run, found))
    assert caught.value.code == code
    assert caught.value.hint == "check the network; the same command goes on where it stopped"
    assert [json.loads(line.data)["source"] for line in found] == ["0.jpg", "1.jpg"]


def iter_into(run: Iterator[Line], found: list[Line]) -> tuple[()]:
    """Collect the lines, also those before an error."""
    for line in run:
        found.append(line)  # noqa: PERF402
    return ()


RAISED = (RuntimeError("no\n  kernel"), MemoryError(), ValueError("odd \udcff"))


@pytest.mark.parametrize("error", RAISED, ids=repr)
@pytest.mark.parametrize("workers", [1, 4])
def test_an_unexpected_error_costs_one_picture_and_not_the_run(
    error: Exception, workers: int
) -> None:
    def stumble(frame: Frame) -> Observation:
        if frame.source == "1.jpg":
            raise error
        return observe(frame)

    good, bad, last = label_items(map(item, range(3)), stumble, workers)
    assert (good.failure, last.failure) == (None, None)
    assert bad.failure and bad.failure.code == "crashed"
    expected = f"cannot be labelled: {type(error).__name__}: "
    assert bad.failure.message.startswith(expected.rstrip())
    assert len(bad.failure.message.splitlines()) == 1
    assert json.loads(bad.data) == {"key": "picture:1.jpg", **bad.failure.to_json()}


def test_an_unexpected_error_while_saving_is_trouble() -> None:
    def save(item: Item, observation: Observation, frame: Frame) -> None:
        raise RuntimeError("no\nfont")

    (only,) = label_items([item(0)], observe, 1, save)
    assert isinstance(only.trouble, PostureError) and only.failure is None
    assert only.trouble.message == "0.jpg cannot be drawn or sorted: RuntimeError: no font"
    form = json.loads(only.data)
    assert (form["trouble"]["code"], len(form["people"])) == ("crashed", 1)


def test_few_large_items_are_taken_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "MOST_BYTES", 1000)
    held = most = 0

    def heavy() -> Iterator[Item]:
        nonlocal held, most
        for number in range(40):
            held += 400
            most = max(most, held)
            yield replace(item(number), carried=400)

    for _ in label_items(heavy(), observe, 8):
        held -= 400
    assert most <= 1000 + 2 * 400  # one beyond the limit is noticed, and one is being taken
