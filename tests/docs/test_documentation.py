"""README.md and docs/ say what the commands take, and what they name exists."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import takewhile
from pathlib import Path

import click
import pytest

from posture_cli.cli import posture

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
DOCS = sorted((ROOT / "docs").glob("*.md"))
ABOUT_CODE = [ROOT / "CONTRIBUTING.md", ROOT / "ARCHITECTURE.md"]
OF_A_PROJECT = ROOT / "posture_cli" / "dataset" / "project" / "README.md"
"""What `posture init` writes."""
PAGES = [README, *DOCS, *ABOUT_CODE, OF_A_PROJECT]
HOMES = (ROOT, ROOT / "posture_cli")
"""What the name of a file may be relative to."""

OPTION = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]*")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
SET = re.compile(r"\w+=.*")
MODULE = re.compile(r"\bposture_cli(?:\.[a-z_]\w*)+")
FILE = re.compile(r"(?<![\w./-])(?:[\w-]+/)+[\w-]*(?:\.\w+\b)?")
PLACEHOLDER = re.compile(r"[A-Z]{2,}")
"""`NAME` in a path: what the reader puts there."""


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """Yield a command and those in it, with what a user types."""
    yield name, command
    for part, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, f"{name} {part}")


def options(command: click.Command) -> Iterator[click.Option]:
    """Yield the options of a command that its help shows, `--help` too."""
    found = command.get_params(click.Context(command, help_option_names=["-h", "--help"]))
    return (each for each in found if isinstance(each, click.Option) and not each.hidden)


COMMANDS = dict(commands(posture, "posture"))
FLAGS = {
    flag
    for command in COMMANDS.values()
    for option in options(command)
    for flag in (*option.opts, *option.secondary_opts)
}


def calls(line: str) -> Iterator[list[str]]:
    """Yield the calls in a line of a shell, as words; what a call reads and writes is left out."""
    words = shlex.shlex(line, posix=True, punctuation_chars=True)
    words.whitespace_split = True
    call: list[str] = []
    words_left = iter(words)
    for word in words_left:
        if word in ("|", "||", "&&", ";", "&"):
            yield call
            call = []
        elif word in ("<", ">", ">>"):
            next(words_left, None)
        elif call or not SET.fullmatch(word):
            call.append(word)
    yield call


def lines_of_shell(text: str) -> Iterator[str]:
    """Yield the lines of the blocks that are marked as `sh`; texts for other programs are not."""
    for kind, block in BLOCK.findall(text):
        if kind == "sh":
            lines = iter(block.replace("\\\n", "").splitlines())
            for line in lines:
                yield line
                if "<<'END'" in line:
                    list(takewhile(lambda inner: inner != "END", lines))


def calls_of_ours(text: str) -> Iterator[list[str]]:
    """Yield what is behind the word `posture` in each call of it."""
    for line in lines_of_shell(text):
        for call in calls(line):
            if call and Path(call[0]).name == "posture":
                yield call[1:]


def options_named(text: str) -> set[str]:
    """Return the options that a page names, without those of calls of other programs."""
    prose = BLOCK.sub(lambda block: "" if block[1] in ("sh", "python") else block[2], text)
    spans = {span for span in SPAN.findall(prose) if span.split()[0] in ("posture", span)}
    ours = {span for span in SPAN.findall(prose) if span.startswith("-")} | spans
    named = {option for span in ours for option in OPTION.findall(span)}
    named |= set(OPTION.findall(SPAN.sub("", prose)))
    called = {word.partition("=")[0] for call in calls_of_ours(text) for word in call}
    return named | {word for word in called if OPTION.fullmatch(word)}


@pytest.mark.parametrize("page", [README, *DOCS, OF_A_PROJECT], ids=lambda page: page.name)
def test_every_option_that_a_page_names_exists(page):
    assert options_named(text_of(page)) - FLAGS == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_is_in_the_docs(name):
    docs = {option for page in DOCS for option in options_named(text_of(page))}
    missing = [option.opts for option in options(COMMANDS[name]) if not docs & {*option.opts}]
    assert missing == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_docs(name):
    assert any(re.search(rf"\b{name}\b", text_of(page)) for page in DOCS)


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # Apprise's
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_line_of_a_page_can_be_parsed(page, monkeypatch):
    for command in COMMANDS.values():
        monkeypatch.setattr(command, "callback", lambda **_: None)  # parsed, and not run
    for words in calls_of_ours(text_of(page)):
        try:
            posture.main(words, prog_name="posture", standalone_mode=False)
        except click.UsageError as error:
            pytest.fail(f"posture {shlex.join(words)}: {error.format_message()}")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page):
    targets = re.findall(r"\]\(([^)\s]+)\)|<img [^>]*src=\"([^\"]+)\"", text_of(page))
    links = [first or second for first, second in targets]
    ours = [link for link in links if not link.startswith(("https:", "mailto:"))]
    assert [link for link in ours if not leads_somewhere(page, link)] == []


def leads_somewhere(page: Path, link: str) -> bool:
    """Whether there is the file, and in it the heading, that a link leads to."""
    place, _, anchor = link.partition("#")
    target = page.parent / place if place else page
    return target.exists() and (not anchor or anchor in anchors(text_of(target)))


def anchors(text: str) -> set[str]:
    """Return what can follow the `#` of a link to this page."""
    heads = re.findall(r"^#+ (.+)$", BLOCK.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head).lower().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_and_module_that_a_page_names_exists(page):
    text = text_of(page)
    modules = [name for name in MODULE.findall(text) if not is_module(name)]
    named = {name for name in FILE.findall(text) if not PLACEHOLDER.search(name)}
    ours = {name for name in named if name.endswith(".py") or name.startswith("posture_cli/")}
    files = sorted(name for name in ours if not any((at / name).exists() for at in HOMES))
    assert (modules, files) == ([], [])


def is_module(name: str) -> bool:
    """Whether this is a module, or something in one."""
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        module, _, member = name.rpartition(".")
        return hasattr(__import__(module, fromlist=[member]), member)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_target_of_make_that_a_page_names_exists(page):
    targets = set(re.findall(r"^([\w-]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    named = {span.split()[1] for span in SPAN.findall(text_of(page)) if span.startswith("make ")}
    assert named - targets == set()


def test_the_readme_is_short_and_begins_with_what_ci_runs():
    lines = text_of(README).splitlines()
    assert len(lines) <= 150
    venv = "python3 -m venv .venv && .venv/bin/pip install"
    assert [line for line in lines if re.match("python3 -m venv .* && ", line)] == [
        f"{venv} . && .venv/bin/posture check samples",
        f"{venv} -e '.[dev]' && .venv/bin/python -m pytest",
    ]


def test_every_page_can_be_reached_from_the_readme():
    linked = set(re.findall(r"\]\((docs/[\w-]+\.md)[)#]", text_of(README)))
    assert linked == {f"docs/{page.name}" for page in DOCS}


def test_only_calls_of_posture_are_read_out_of_a_page():
    page = "\n".join(
        (
            "```sh",
            "find . | A=1 posture check - --json > out  # --no-option",
            "pip install --quiet x && .venv/bin/posture label a \\",
            "  -o b.csv; python3 - <<'END'",
            "posture --within-a-text",
            "END",
            "```",
            "`pip install --pre` or `--no-history`, and --events.",
        )
    )
    assert list(calls_of_ours(page)) == [["check", "-", "--json"], ["label", "a", "-o", "b.csv"]]
    assert options_named(page) == {"--json", "--no-history", "--events"}


def test_a_member_of_a_module_is_found_and_another_is_not():
    assert is_module("posture_cli.cli")
    assert is_module("posture_cli.errors.PostureError")
    assert not is_module("posture_cli.errors.PosturError")
