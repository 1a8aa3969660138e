"""The rooms of the house: what each is for, on which floor, and the table of ARCHITECTURE.md.

`make docs` writes the table; `tests/test_architecture.py` checks that imports keep to it.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "ARCHITECTURE.md"
BEGIN, END = "<!-- rooms -->\n", "<!-- end of rooms -->\n"

FLOORS: tuple[dict[str, str], ...] = (
    {
        "cli": "Click only: one file per command, and every name begins with that of its "
        "command; what it runs is beside it as "
        "`COMMAND_run.py` or in the command's own room",
        "cli/options": "options that commands share: a group, a decorator and a frozen value per "
        "file",
        "cli/console": "messages, progress, tables, signals",
    },
    {
        "label": "many pictures into one file: `run.py` puts it together, `engine.py` makes lines, "
        "`journal.py` keeps them",
        "label/formats": "output formats, by ending",
        "label/cluster": "the same in the processes of a Ray cluster",
        "watch": "a camera or a film over time: `start.py` puts it together, `session.py` is the "
        "loop, `watcher.py` what looks add up to; window, film, screen lock, background",
        "serve": "an HTTP endpoint: `app.py` has the addresses, `asked.py` what is sent, "
        "`answers.py` what is answered, `pool.py` the work, `page.py` with `page/` the page",
        "dataset": "labelled pictures: read, collect, split, evaluate, train, gate; `project/` has "
        "what `posture init` writes",
    },
    {"api": "`Posture`: the one place where estimator and judge are put together"},
    {
        "pipeline": "frames in, observations out; threads",
        "plot": "figures for papers, of labels, a watch or a history; `paper.py` has the style",
        "report": "an evaluation, a history or films as one HTML page, from templates; an "
        "observation as an annotated picture, in a notebook and as a data frame",
    },
    {
        "judging": "`Judging` (rules, profile, camera roll), and loading it: rule sets, profiles",
        "inputs": "whatever a command is pointed at, one grammar for all: `items.py`; pictures, "
        "folders, lists, archives",
        "inputs/video": "cameras, video files, streams",
        "inputs/stores": "object stores, by address",
        "estimators": "`PoseEstimator` and the table of those that there are",
        "estimators/blaze": "BlazePose step by step",
        "estimators/gluon": "GluonCV's networks without MXNet",
        "estimators/layouts": "networks of others: what goes in and comes out, one file a family",
        "estimators/models": "the catalogue and the store of model files",
        "estimators/runtime": "the only room that imports OpenVINO",
        "sinks": "where observations go: text, JSON lines, annotated pictures",
        "history": "what `posture watch` recorded, in SQLite",
        "notify": "alerts on the desktop, by mail, webhook, command or sound",
        "terminal": "the view of a watch in a terminal, and its keys",
    },
    {
        "core": "PURE, standard library and numpy: `observation.py` (the `posture/1` form), "
        "`wording.py`, `table.py`; what a picture shows: `deciding.py`, `arcs.py`, `placing.py`",
        "core/body": "keypoints, scene, angles, noise",
        "core/judge": "labels (the one table), limits, rules, learned judges, baselines",
        "core/time": "what time adds, as pure steps: following, smoothing, steadying, alarm",
        "core/score": "evaluation: scores, trials, tables",
        "storage": "files whole or not at all, locks, the cache, pyarrow",
        "settings": "defaults of options from a TOML file",
        "vision": "the only file that imports OpenCV",
        "reading": "files from outside, up to a limit",
        "reporter": "how loops report: callbacks",
        "errors": "what can go wrong, as a tree",
    },
)
"""From the roof down. A room imports from lower floors and from its own rooms, and nothing
upwards; rooms of one floor do not know each other."""

INSIDE: dict[str, tuple[set[str], ...]] = {
    "cli": ({"cli"}, {"cli/options", "cli/console"}),
    "estimators": (
        {"estimators"},
        {"estimators/layouts"},
        {"estimators/blaze", "estimators/gluon"},
        {"estimators/models", "estimators/runtime"},
    ),
    "core": ({"core/time", "core/score"}, {"core"}, {"core/judge"}, {"core/body"}),
}
"""The same within a house of several rooms, where they have an order of their own."""


def rows() -> str:
    """Return the table of ARCHITECTURE.md."""
    lines = ["| floor | room | what it does |", "|---|---|---|"]
    for number, rooms in enumerate(FLOORS, start=1):
        for room, words in rooms.items():
            lines.append(f"| {number} | `{room}` | {words} |")
    return "\n".join(lines) + "\n"


def rewritten(page: str) -> str:
    """Return the page with the table as it is now."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{rows()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text("utf-8")), "utf-8")
