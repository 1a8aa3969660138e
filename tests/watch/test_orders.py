"""What other processes ask of a watch: files, and a watch that obeys or does not."""

from __future__ import annotations

import json
import threading
from datetime import datetime
from os import getpid

import pytest

from posture_cli.errors import OutputError
from posture_cli.history.holder import hold
from posture_cli.terminal import NoView, Status
from posture_cli.watch import orders
from posture_cli.watch.orders import Order, give, take
from posture_cli.watch.published import Published


@pytest.fixture
def at(tmp_path):
    return tmp_path / "watch"


def file_of(at):
    return at.with_name("watch-order.json")


def write(at, **changes):
    form = {"name": "1", "pid": getpid(), "wish": "pause", "for_s": 60.0, **changes}
    file_of(at).write_text(json.dumps(form))


def test_where_no_watch_runs_nobody_is_asked(at):
    assert give(at, "pause") is None
    assert not file_of(at).exists()


def test_an_order_is_taken_once(at):
    write(at)
    assert take(at) == Order("1", getpid(), "pause", 60.0)
    assert take(at) is None


@pytest.mark.parametrize("changes", [{"pid": 1}, {"other": 1}], ids=["another watch", "no order"])
def test_what_is_not_for_this_watch_is_forgotten(at, changes):
    write(at, **changes)
    assert take(at) is None
    assert not file_of(at).exists()


def test_who_asks_waits_until_the_watch_has_obeyed_and_sees_what_it_does(at):
    obeyed = []

    def watch():
        with Published(NoView(), at) as view:
            view.show(Status("camera:0", "watching"))
            while not (order := view.ordered()):
                pass
            obeyed.append((order.wish, order.for_s))
            view.show(Status("camera:0", "paused", note="until 14:32"))
            done.wait(20)

    done = threading.Event()
    with hold(at, datetime.now()):
        thread = threading.Thread(target=watch)
        thread.start()
        told = give(at, "pause", 60.0)
        done.set()
        thread.join()
    assert obeyed == [("pause", 60.0)]
    assert (told.now["state"], told.now["note"]) == ("paused", "until 14:32")


def test_one_that_does_not_answer_is_told_of_and_does_not_obey_later(at, monkeypatch):
    monkeypatch.setattr(orders, "OBEY_S", 0.2)
    with hold(at, datetime.now()), pytest.raises(OutputError, match="has not obeyed for 0 s"):
        give(at, "pause")
    assert not file_of(at).exists()
