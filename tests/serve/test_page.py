"""The page of `posture serve`: what is served, with which headers, whose words and colours."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from posture_cli.core import advice
from posture_cli.core.judge.judges import RULE_SETS
from posture_cli.core.judge.labels import POSTURES
from posture_cli.judging import rulesets
from posture_cli.serve import page
from posture_cli.serve.guard import Guard
from posture_cli.sinks import drawing

CONTENTS = page.contents(RULE_SETS["rules"], 6 << 20)


class Addresses(HTMLParser):
    """What a page loads."""

    def __init__(self, text):
        super().__init__()
        self.found, self.inline = set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found |= {value for name, value in attrs if name in ("src", "href")}
        self.inline += [name for name, _ in attrs if name == "style" or name.startswith("on")]


def text_of(path):
    return CONTENTS[path][0].decode()


def test_every_file_of_the_folder_is_served_and_nothing_else():
    from importlib import resources

    there = {one.name for one in resources.files("posture_cli.serve").joinpath("page").iterdir()}
    assert there == set(page.NAMES)
    assert set(CONTENTS) == page.PATHS == {*page.FILES, page.WORDS, page.COLOURS}


def test_types_follow_from_endings():
    types = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
    types |= {"json": "application/json", "/": "text/html"}
    assert {path: types[path.rpartition(".")[2]] for path in CONTENTS} == {
        path: kind for path, (_, kind) in CONTENTS.items()
    }


def test_what_the_page_loads_is_served():
    loaded = Addresses(text_of("/")).found
    for path in page.FILES:
        if path.endswith(".js"):
            names = re.findall(r'from "\./(\S+)"', text_of(path))
            loaded |= {f"/page/{name}" for name in names}
            loaded |= set(re.findall(r'fetch\("(/page/[^"]+)"', text_of(path)))
    assert loaded == page.PATHS - {"/"}


def test_the_policy_allows_nothing_unsafe_and_nothing_from_elsewhere():
    policy = page.HEADERS["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert not re.search(r"unsafe|\*|https?:|data:", policy)
    assert Addresses(text_of("/")).inline == []
    assert "<style" not in text_of("/")
    every = " ".join(text_of(path) for path in page.FILES)
    assert set(re.findall(r"https?://[^\s\"'`)]+", every)) == {"http://www.w3.org/2000/svg"}
    assert "innerHTML" not in every


def test_every_address_of_the_page_is_open_and_no_other_one_is_by_it():
    guard = Guard(token="secret")
    for path in page.PATHS:
        guard.check(path, "localhost", None, "")
    with pytest.raises(Exception, match="token"):
        guard.check("/page/other", "localhost", None, "")


@pytest.mark.parametrize("name", rulesets.NAMES)
def test_words_are_those_of_the_rules(name):
    rule_set = rulesets.load(name)
    told = json.loads(page.contents(rule_set, 7)[page.WORDS][0])
    assert told["reasons"] == rule_set.words
    assert told["most_bytes"] == 7
    assert told["postures"] == {label: facts.words for label, facts in POSTURES.items()}


def test_advice_is_about_reasons_that_there_are():
    assert set(advice.CAMERA) <= set(rulesets.load("default").words)


def test_colours_are_those_of_the_core_and_the_scripts_have_none_of_their_own():
    told = json.loads(text_of(page.WORDS))["drawing"]
    light, dark = text_of(page.COLOURS).split("@media", 1)
    for name, facts in POSTURES.items():
        assert f"--{name}:{facts.light};" in light
        assert f"--{name}:{facts.dark};" in dark
        assert told["labels"][name] == facts.dark
    assert told["box"] == "rgb(0, 255, 255)"
    assert told["limb"] == f"rgb{drawing.LIMB}"
    own = {facts.light for facts in POSTURES.values()} | {facts.dark for facts in POSTURES.values()}
    hand_written = " ".join(text_of(path) for path in page.FILES)
    assert not [colour for colour in own if colour in hand_written]
