"""From items to lines: one each, in order, whatever is wrong with some of them."""

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
from posture_cli.label.engine import Line, lines
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
    found = lines(map(item, range(50)), observe, workers)
    forms = [json.loads(line.data) for line in found]
    assert [form["key"] for form in forms] == [f"picture:{n}.jpg" for n in range(50)]
    assert {person["label"] for form in forms for person in form["people"]} == {"sitting"}
    without_key = {name: value for name, value in forms[3].items() if name != "key"}
    assert without_key == observe(Frame(PIXELS, "3.jpg")).to_json()


def test_what_cannot_be_written_down_costs_no_other_picture() -> None:
    def no_time(frame: Frame) -> Observation:
        time_s = float("nan") if frame.source == "0.jpg" else None
        return replace(observe(frame), time_s=time_s)

    bad, good = lines([item(0), item(1)], no_time, 1)
    assert (bad.failure and bad.failure.code, good.failure) == ("crashed", None)


def test_what_cannot_be_read_has_a_line_with_the_error() -> None:
    good, bad = lines([item(0), damaged(1)], observe, 1)
    failure = Failure("1.jpg", "damaged", "is damaged", "copy it again")
    assert (good.failure, bad.failure) == (None, failure)
    assert json.loads(bad.data) == {"key": "picture:1.jpg", **failure.to_json()}


def test_a_picture_is_kept_before_its_line_is_there_and_trouble_comes_along() -> None:
    kept = []

    def keep(item: Item, observation: Observation, frame: Frame) -> None:
        kept.append((item.key, observation.source, frame.size))
        if item.name == "1.jpg":
            raise OutputError("no room", hint="make some")

    first, second = lines(map(item, range(2)), observe, 1, keep)
    assert kept == [(f"picture:{n}.jpg", f"{n}.jpg", SIZE) for n in range(2)]
    assert first.trouble is None and str(second.trouble) == "no room"
    form = json.loads(second.data)
    assert form["people"]
    assert form["trouble"] == {"code": "output", "message": "no room", "hint": "make some"}


def test_trouble_is_counted_from_the_journal_and_in_no_output() -> None:
    def keep(item: Item, observation: Observation, frame: Frame) -> None:
        if item.name != "1.jpg":
            raise OutputError("no room", hint="make some")

    found = lines([*map(item, range(3)), damaged(3)], observe, 1, keep)
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

    for done, _ in enumerate(lines(endless(), observe, 2), start=1):
        most = max(most, taken - done)
        if done == 200:
            break
    assert most <= 6


def test_several_threads_are_at_work_and_none_is_left() -> None:
    before = threading.active_count()
    met = threading.Barrier(2, timeout=10)

    def meet(frame: Frame) -> Observation:
        met.wait()
        return observe(frame)

    assert len(list(lines(map(item, range(4)), meet, 2))) == 4
    assert threading.active_count() == before


@pytest.mark.parametrize("workers", [1, 4])
@pytest.mark.parametrize("code", ["login", "network"])
def test_a_store_out_of_reach_ends_the_run_and_gives_no_line(code: str, workers: int) -> None:
    def load() -> Frame:
        raise SourceError("cannot be reached", hint="check the network", code=code)

    found: list[Line] = []
    lost = Item("picture:s3://a/2.jpg", "s3://a/2.jpg", 0, load)
    run = lines([item(0), item(1), lost, item(3)], observe, workers)
    with pytest.raises(SourceError, match=r"s3://a/2\.jpg: cannot be reached") as caught:
        found.extend(iter_into(run, found))
    assert caught.value.code == code
    assert caught.value.hint == "check the network; the same command goes on where it stopped"
    assert [json.loads(line.data)["source"] for line in found] == ["0.jpg", "1.jpg"]


def iter_into(run: Iterator[Line], found: list[Line]) -> tuple[()]:
    """Note every line as it comes, so that those before an error are kept."""
    for line in run:
        found.append(line)  # noqa: PERF402
    return ()


RAISED = (RuntimeError("no\n  kernel"), MemoryError(), ValueError("odd \udcff"))


@pytest.mark.parametrize("error", RAISED, ids=repr)
@pytest.mark.parametrize("workers", [1, 4])
def test_what_nobody_expects_costs_one_picture_and_not_the_run(
    error: Exception, workers: int
) -> None:
    def stumble(frame: Frame) -> Observation:
        if frame.source == "1.jpg":
            raise error
        return observe(frame)

    good, bad, last = lines(map(item, range(3)), stumble, workers)
    assert (good.failure, last.failure) == (None, None)
    assert bad.failure and bad.failure.code == "crashed"
    told = f"cannot be labelled: {type(error).__name__}: "
    assert bad.failure.message.startswith(told.rstrip())
    assert len(bad.failure.message.splitlines()) == 1
    assert json.loads(bad.data) == {"key": "picture:1.jpg", **bad.failure.to_json()}


def test_what_nobody_expects_of_a_drawing_is_trouble() -> None:
    def keep(item: Item, observation: Observation, frame: Frame) -> None:
        raise RuntimeError("no\nfont")

    (only,) = lines([item(0)], observe, 1, keep)
    assert isinstance(only.trouble, PostureError) and only.failure is None
    assert only.trouble.message == "0.jpg cannot be drawn or sorted: RuntimeError: no font"
    form = json.loads(only.data)
    assert (form["trouble"]["code"], len(form["people"])) == ("crashed", 1)


def test_items_that_hold_much_are_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "MOST_BYTES", 1000)
    held = most = 0

    def heavy() -> Iterator[Item]:
        nonlocal held, most
        for number in range(40):
            held += 400
            most = max(most, held)
            yield replace(item(number), carried=400)

    for _ in lines(heavy(), observe, 8):
        held -= 400
    assert most <= 1000 + 2 * 400  # one beyond the limit is noticed, and one is being taken
