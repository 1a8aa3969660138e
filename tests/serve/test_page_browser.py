"""The page of `posture serve` in a real browser, with a real server."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
import time
from dataclasses import asdict
from itertools import groupby, pairwise
from urllib.parse import urlsplit

import numpy as np
import pytest

from posture_cli.core.arcs import arcs
from posture_cli.core.body.outline import body_of, head_of, parts_of
from posture_cli.core.body.scene import FrameSize
from posture_cli.core.deciding import caption as captions
from posture_cli.core.judge.labels import POSTURES
from posture_cli.core.placing import Wish, places
from posture_cli.core.wording import reason_text
from posture_cli.serve import page
from tests.browser import CHROMIUM, browser
from tests.people import HUNCHING, SAMPLES, SITTING, STANDING, someone
from tests.serve.running import Server

pytest.importorskip("uvicorn")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")

LABEL = "document.getElementById('label').textContent"
STATUS = "document.getElementById('status').textContent"
GIVEN = f"document.getElementById('answer').className.startsWith('given') ? {LABEL} : ''"
IN_WORDS = """Promise.all([import("/page/answer.js"), import("/page/arcs.js"),
    fetch("/page/words.json").then((told) => told.json())]).then(([answer, arcs, words]) => {
    const form = FORM;
    answer.show(form, words, false);
    const rows = [...document.querySelectorAll("#why li")].map(({firstChild, lastChild}) =>
        firstChild.data + (lastChild.data ? "" : ` (${lastChild.textContent.trim()})`));
    return [rows, form.people.slice(0, 1).flatMap((one) => arcs.caption(one, words))];})"""
"""Reasons and caption of an answer, as the page has them."""
DRAWN = """Promise.all([import("/page/arcs.js"), import("/page/placing.js"),
    fetch("/page/words.json").then((told) => told.json())]).then(([{arcs}, {outlineOf}, words]) =>
    (FORM).people.map((one) => [arcs(one, words), outlineOf(one, words)]))"""
"""Arcs and boxes of everybody, as the page has them."""
PLACED = """Promise.all([import("/page/placing.js"),
    fetch("/page/words.json").then((told) => told.json())]).then(([{places}, words]) =>
    SCENES.map(([wishes, size]) => places(wishes, size, 8, words.drawing.costs)
    .map((place) => place && [place.form, ...place.box])))"""
"""Where the page puts cards: form and box of each."""
ALERTS = """Promise.all([import("/page/minute.js"),
    fetch("/page/words.json").then((told) => told.json())]).then(([{Minute}, words]) => {
    const shown = [[20, "hunching"], [5, "unknown"], [5, "sitting"], [30, "hunching"],
        [30, "sitting"], [60, "hunching"]];
    const postures = shown.flatMap(([seconds, posture]) => Array(seconds).fill(posture));
    const minute = new Minute(words);
    return postures.map((posture, at) => [at, minute.take(at, posture)]).filter(([, said]) => said);
    })"""
"""When the page tells what, with one look a second."""
LOOKS = """performance.getEntriesByType("resource")
    .filter(({name}) => name.endsWith("/invocations"))
    .map(({startTime, responseEnd}) => [startTime, responseEnd])"""
"""When each request to look began and ended, milliseconds."""
FORMS = ((180, 96), (150, 34), (100, 24))
"""Sizes of a card."""
LONG = 8
"""Times in a row that a posture was shown until it counts; between two postures others flit by."""
FRAMES = 30
"""A second: what Chromium's fake camera plays of a file without times."""


def address_of(server):
    return f"http://127.0.0.1:{server.port}"


def until(tab, expression, wanted=bool, limit_s=60):
    """Wait until an expression of the page has a value, and return it."""
    end = time.monotonic() + limit_s
    while not wanted(value := tab.evaluate(expression)):
        assert time.monotonic() < end, (expression, value, tab.evaluate(STATUS), tab.complaints())
        time.sleep(0.05)
    return value


def put(tab, path):
    """Choose a file as a user does."""
    root = tab.call("DOM.getDocument")["root"]["nodeId"]
    node = tab.call("DOM.querySelector", nodeId=root, selector="#file")["nodeId"]
    tab.call("DOM.setFileInputFiles", files=[str(path)], nodeId=node)


def choose(tab, path):
    """Choose a file, and return the label that comes for it."""
    tab.evaluate("document.getElementById('answer').className = ''")
    put(tab, path)
    return until(tab, GIVEN)


def give(tab, kind, path):
    """Drop or paste a file, and return the label."""
    tab.evaluate("document.getElementById('answer').className = ''")
    packed = base64.b64encode(path.read_bytes()).decode()
    event = {"drop": "DragEvent", "paste": "ClipboardEvent"}[kind]
    holder = {"drop": "dataTransfer", "paste": "clipboardData"}[kind]
    tab.evaluate(
        f"""{{const bytes = Uint8Array.from(atob("{packed}"), (one) => one.charCodeAt(0));
        const given = new DataTransfer();
        given.items.add(new File([bytes], "{path.name}", {{type: "image/jpeg"}}));
        document.dispatchEvent(new {event}("{kind}", {{{holder}: given}}));}}"""
    )
    return until(tab, GIVEN)


def press(tab, button):
    tab.evaluate(f"document.getElementById('{button}').click()")


def hosts(tab):
    """Return the hosts that were asked for anything, without what is inside the browser."""
    return {urlsplit(url.removeprefix("blob:")).hostname for url in tab.requests()}


def saved(folder, name, limit_s=30):
    """Return the bytes of a download as soon as it is whole."""
    end = time.monotonic() + limit_s
    while not (folder / name).exists():
        assert time.monotonic() < end, list(folder.iterdir())
        time.sleep(0.05)
    return (folder / name).read_bytes()


@pytest.fixture(scope="module")
def address():
    with Server("--log", "none") as server:
        yield address_of(server)


def test_a_file_gets_the_answer_of_check_and_can_be_taken_along(address, tmp_path):
    from PIL import Image

    path, downloads = SAMPLES / "hunching_sit_03.jpg", tmp_path / "downloads"
    downloads.mkdir()
    with browser(tmp_path / "profile") as tab:
        tab.open(address, 1280)
        tab.call("Page.setDownloadBehavior", behavior="allow", downloadPath=str(downloads))
        assert choose(tab, path) == "hunching"
        assert tab.evaluate("getComputedStyle(document.getElementById('label')).color") == (
            "rgb({}, {}, {})".format(*bytes.fromhex(POSTURES["hunching"].light[1:]))
        )
        why = tab.evaluate("document.getElementById('why').innerText").splitlines()
        assert why[0] == "trunk and head far forward 84° > 60°"
        assert tab.evaluate("document.getElementById('said').textContent").startswith("hunching. ")
        drawn = "document.getElementById('overlay').getContext('2d').getImageData(0, 0, 700, 500)"
        assert tab.evaluate(f"{drawn}.data.some((value) => value)")
        press(tab, "json")
        form = json.loads(saved(downloads, "hunching_sit_03.json"))
        press(tab, "annotated")
        saved(downloads, "hunching_sit_03-posture.jpg")
        python = tab.evaluate("document.getElementById('python').textContent")
        curl = tab.evaluate("document.getElementById('curl').textContent")
        assert hosts(tab) == {"127.0.0.1"}
        assert tab.complaints() == []
    with Image.open(downloads / "hunching_sit_03-posture.jpg") as picture:
        assert picture.size == (640, 480)
    check = [sys.executable, "-m", "posture_cli", "check", "--json", str(path)]
    said = json.loads(subprocess.run(check, stdout=subprocess.PIPE, check=True).stdout)
    assert form == {**said, "source": form["source"]}
    run = {"cwd": SAMPLES, "stdout": subprocess.PIPE, "encoding": "utf-8", "check": True}
    assert subprocess.run([sys.executable, "-c", python], **run).stdout == "['hunching']\n"
    assert json.loads(subprocess.run(["sh", "-c", f"{curl} -s"], **run).stdout) == form


def test_a_picture_can_be_dropped_or_pasted_and_unknown_says_what_to_do(address, tmp_path):
    with browser(tmp_path) as tab:
        tab.open(address, 390, dark=True)
        assert give(tab, "drop", SAMPLES / "standing_01.jpg") == "standing"
        assert give(tab, "paste", SAMPLES / "distract_noperson.jpg") == "nobody"
        advice = tab.evaluate("document.getElementById('advice').innerText")
        assert advice.startswith("Get all of one person into the picture")
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390
        assert tab.complaints() == []


def test_what_cannot_be_read_is_told_with_what_to_do(address, tmp_path):
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"\xff\xd8\xff\xe0 not a picture")
    with browser(tmp_path / "profile") as tab:
        tab.open(address, 1280)
        put(tab, bad)
        until(tab, LABEL, lambda label: label == "No answer")
        assert tab.evaluate(STATUS).endswith(
            "is damaged: Truncated File Read. Copy or save the picture again."
        )


def test_a_picture_above_the_limit_is_not_sent(address, tmp_path):
    large = tmp_path / "large.jpg"
    large.write_bytes(bytes(7 << 20))
    with browser(tmp_path / "profile") as tab:
        tab.open(address, 1280)
        put(tab, large)
        until(tab, LABEL, lambda label: label == "No answer")
        assert tab.evaluate(STATUS) == (
            "The picture has 7.0 MiB, and this server takes 6.0 MiB. Choose a smaller one, or "
            "start posture serve with a larger --max-body."
        )
        assert f"{address}/invocations" not in tab.requests()


def test_a_picture_that_the_browser_cannot_show_is_shown_as_the_server_draws_it(address, tmp_path):
    from PIL import Image

    path = tmp_path / "sitting.jp2"
    with Image.open(SAMPLES / "sitting_05.jpg") as picture:
        picture.save(path, quality_mode="rates", quality_layers=[10])
    image = "document.getElementById('picture')"
    with browser(tmp_path / "profile") as tab:
        tab.open(address, 1280)
        assert choose(tab, path) == "sitting"
        assert until(tab, f"{image}.naturalWidth") == 480
        assert tab.evaluate("document.getElementById('overlay').hidden")


def same_words(some, others):
    """Whether lines are the same up to a degree: JSON has tenths, which are rounded once more."""
    numbers = re.compile(r"-?\d+(?=°)")
    pairs = zip(" ".join(some).split(), " ".join(others).split(), strict=True)
    return all(
        one == other
        or (numbers.match(one) and abs(int(one.strip("°")) - int(other.strip("°"))) <= 1)
        for one, other in pairs
    )


def test_reasons_and_captions_are_those_of_the_program(address, tmp_path):
    from posture_cli import Posture

    with browser(tmp_path) as tab, Posture() as posture:
        tab.open(address, 1280)
        for path in sorted(SAMPLES.glob("*.jpg")):
            seen = posture.check(path)
            why, caption = tab.evaluate(IN_WORDS.replace("FORM", json.dumps(seen.to_json())))
            for one in seen.readings[:1]:
                reasons = one.verdict.reasons
                assert why == [reason_text(r, posture.rule_set) for r in reasons], path.name
                assert same_words(caption, captions(one)), path.name


def test_arcs_and_boxes_are_those_of_the_program(address, tmp_path):
    from posture_cli import Posture

    with browser(tmp_path) as tab, Posture() as posture:
        tab.open(address, 1280)
        for path in sorted(SAMPLES.glob("*.jpg")):
            seen = posture.check(path)
            drawn = tab.evaluate(DRAWN.replace("FORM", json.dumps(seen.to_json())))
            for one, (shown, boxes) in zip(seen.readings, drawn, strict=True):
                same = pytest.approx
                assert boxes["body"] == same(list(body_of(one.person)), abs=0.2), path.name
                assert boxes["head"] == same(list(head_of(one.person)), abs=0.2), path.name
                for arc, it in zip(arcs(one), shown, strict=True):
                    assert (it["name"], it["fromLimb"]) == (arc.name, arc.from_limb)
                    assert it["centre"] == same(arc.centre, abs=0.1)
                    ends = arc.start_deg, arc.end_deg, arc.limit_deg
                    assert (it["start"], it["end"], it["limit"]) == same(ends, abs=0.3), path.name


def test_cards_are_where_the_program_puts_them(address, tmp_path):
    random, scenes = np.random.default_rng(7), []
    for _ in range(60):
        size = FrameSize(*random.integers(200, 1200, 2).tolist())
        people = []
        for _ in range(random.integers(1, 4)):
            at = (random.uniform(0, size.width), random.uniform(0, size.height))
            pose = (SITTING, STANDING, HUNCHING)[random.integers(3)]
            people.append(someone(pose, torso_px=random.uniform(20, 900), hip=at))
        scenes.append((size, [Wish(FORMS, body_of(p), parts_of(p), head_of(p)) for p in people]))
    told = [[[asdict(wish) for wish in wishes], size] for size, wishes in scenes]
    with browser(tmp_path) as tab:
        tab.open(address, 1280)
        shown = tab.evaluate(PLACED.replace("SCENES", json.dumps(told)))
    placed = [[p and [p.form, *p.box] for p in places(wishes, size, 8)] for size, wishes in scenes]
    assert shown == placed
    assert {place and place[0] for scene in placed for place in scene} >= {0, 1, 2}


def test_hunching_is_told_once_and_again_after_it_was_over(address, tmp_path):
    with browser(tmp_path) as tab:
        tab.open(address, 1280)
        until(tab, "document.querySelectorAll('#legend dt').length")
        told = tab.evaluate(ALERTS)
    text = "You have been hunching for 30 seconds."
    assert told == [[40, text], [120, text]]  # 20 seconds, an interruption, and 10 more


@pytest.fixture(scope="module")
def desk_camera(desk, tmp_path_factory):
    """The sample clip as a fake camera of Chromium plays it, at its own speed, again and again."""
    from posture_cli.vision import cv2
    from tests.desk import STEP_S

    path = tmp_path_factory.mktemp("camera") / "desk.mjpeg"
    with path.open("wb") as file:
        for number, rgb in enumerate(desk):
            again = round((number + 1) * FRAMES * STEP_S) - round(number * FRAMES * STEP_S)
            file.write(cv2.imencode(".jpg", rgb[:, :, ::-1])[1].tobytes() * again)
    return path


def with_camera(path):
    return (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={path}",
    )


def test_the_camera_shows_a_desk_in_the_right_order(address, desk_camera, tmp_path):
    labels = []
    with browser(tmp_path, *with_camera(desk_camera)) as tab:
        tab.open(address, 1280)
        tab.evaluate("document.getElementById('after').value = 1")
        press(tab, "camera")
        end = time.monotonic() + 60
        while labels.count("standing") < LONG and time.monotonic() < end:
            labels.append(tab.evaluate(GIVEN))
            time.sleep(0.1)
        told = tab.evaluate("document.getElementById('alert').textContent")
        assert re.fullmatch(r"You have been hunching for \d seconds?\.", told)
        times = tab.evaluate("document.getElementById('times').innerText")
        assert re.search(r"hunching \d+ s", times)
        assert tab.evaluate("document.querySelectorAll('#strip rect.hunching').length") > 0
        looks = tab.evaluate(LOOKS)
        assert len(looks) > 20
        assert all(begin >= end for (_, end), (begin, _) in pairwise(looks))  # one at a time
        track = "document.getElementById('video').srcObject"
        tab.evaluate(f"globalThis.tracks = {track}.getTracks()")
        tab.evaluate(
            "Object.defineProperty(document, 'hidden', {value: true, configurable: true});"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
        assert tab.evaluate("tracks.map((track) => track.readyState).join()") == "ended"
        tab.evaluate(
            "delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))"
        )
        until(tab, f"{track} !== null")
        assert hosts(tab) == {"127.0.0.1"}
        assert tab.complaints() == []
    runs = [(label, len(list(run))) for label, run in groupby(labels)]
    lasting = [label for label, number in runs if label in POSTURES and number >= LONG]
    assert list(dict.fromkeys(lasting)) == ["sitting", "hunching", "standing"], runs


def test_a_camera_that_is_refused_says_what_to_do(address, desk_camera, tmp_path):
    deny = ("--use-fake-ui-for-media-stream=deny", "--use-fake-device-for-media-stream")
    with browser(tmp_path, *deny) as tab:
        tab.open(address, 1280)
        press(tab, "camera")
        said = until(tab, STATUS)
        assert said.startswith("The browser may not use the camera. Allow it ")
        assert choose(tab, SAMPLES / "sitting_05.jpg") == "sitting"


def test_a_server_that_goes_is_told_and_found_again(tmp_path):
    with browser(tmp_path) as tab:
        with Server() as server:
            tab.open(address_of(server), 1280)
            assert choose(tab, SAMPLES / "sitting_05.jpg") == "sitting"
        put(tab, SAMPLES / "standing_01.jpg")
        until(tab, STATUS, lambda said: said.startswith("The server does not answer."))
        with Server("--port", str(server.port)):
            until(tab, LABEL, lambda label: label == "standing")
            assert tab.evaluate(STATUS) == "The server is back."


def test_a_token_is_asked_for_once_and_kept_nowhere(tmp_path):
    file = tmp_path / "token"
    file.write_text("open sesame, please")
    with Server("--token-file", str(file)) as server, browser(tmp_path / "profile") as tab:
        tab.open(address_of(server), 1280)
        put(tab, SAMPLES / "sitting_05.jpg")
        for refused, token in enumerate(("wrong", "open sesame, please"), start=1):
            while sum(" 401 " in line for line in server.log) < refused:
                time.sleep(0.05)
            until(tab, "document.getElementById('ask').open")
            tab.evaluate(
                f"document.getElementById('token').value = '{token}';"
                "document.querySelector('#ask [type=submit]').click()"
            )
        assert until(tab, GIVEN) == "sitting"
        assert choose(tab, SAMPLES / "standing_01.jpg") == "standing"
        assert not tab.evaluate("document.getElementById('ask').open")
        assert "$POSTURE_SERVE_TOKEN" in tab.evaluate("document.body.textContent")
        assert "sesame" not in tab.evaluate("document.documentElement.outerHTML")
        assert tab.evaluate("localStorage.length + sessionStorage.length") == 0
        assert tab.evaluate("document.cookie") == ""


def test_the_page_opens_in_the_browser_of_the_user(tmp_path):
    program, seen = tmp_path / "browser", tmp_path / "seen"
    program.write_text(f'#!/bin/sh\nprintf %s "$1" > {seen}.part && mv {seen}.part {seen}\n')
    program.chmod(0o755)
    with Server("--open", BROWSER=f"{program} %s") as server:
        assert saved(tmp_path, "seen").decode() == f"{address_of(server)}/"
        answer = server.ask("/")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.headers.items() >= page.HEADERS.items()
    assert b"<title>posture</title>" in answer.body
