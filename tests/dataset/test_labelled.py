"""Whatever can be read can be labelled: by a CSV, by folders, in archives and in videos."""

from __future__ import annotations

import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from posture_cli.core.judge import rules
from posture_cli.core.observation import Observation
from posture_cli.dataset import label_parquet
from posture_cli.dataset.gather import gather, gathered
from posture_cli.dataset.groups import columns_of
from posture_cli.dataset.labelled import Loadable, count, pictures
from posture_cli.errors import PostureError, SourceError
from posture_cli.inputs import folders
from posture_cli.inputs.video.frames import ONE_A_SECOND, Every
from tests.clips import ramp
from tests.inputs.test_items import jpeg, make
from tests.people import HUNCHING, SAMPLES, SIZE, read, someone
from tests.powerless import needs_permissions, powerless


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def packed(archive: str, *names: str) -> None:
    """Write an archive of pictures with these names."""
    if archive.endswith(".zip"):
        with zipfile.ZipFile(archive, "w") as opened:
            for name in names:
                opened.writestr(name, jpeg())
    else:
        make("one.jpg")
        with tarfile.open(archive, "w", format=tarfile.GNU_FORMAT) as opened:
            for name in names:
                opened.add("one.jpg", name)
        Path("one.jpg").unlink()


def written(name: str, *rows: str, head: str = "file,label") -> str:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text("\n".join((head, *rows)), "utf-8")
    return name


def found(*inputs: str, every: Every = ONE_A_SECOND) -> list[Loadable]:
    """Return what the inputs name, and see that all of it can be read."""
    told: list[str] = []
    loadable = list(pictures(gather(inputs, lambda message, _: told.append(message), every=every)))
    assert told == []
    return loadable


def labels(*inputs: str, every: Every = ONE_A_SECOND) -> list[tuple[str, str]]:
    """Return the names and labels, after reading each of the pictures."""
    loadable = found(*inputs, every=every)
    for one in loadable:
        if not one.labelled.name.endswith(".json"):
            assert one.load().size
    return [(one.labelled.name, one.labelled.label) for one in loadable]


def problem(one: Loadable) -> PostureError:
    with pytest.raises(PostureError) as caught:
        one.load()
    return caught.value


def refusals(*inputs: str) -> list[tuple[str, str]]:
    """Return why inputs name no labelled picture, and what to do."""
    told: list[tuple[str, str]] = []
    gather(inputs, lambda message, hint: told.append((message, hint)))
    return told


# Folders


def test_a_folder_has_a_sub_folder_per_label() -> None:
    make("Sitting/b.png", "Sitting/a.JPG", "Sitting/deep/c.webp", "other/d.jpg")
    make("loose.jpg", "Sitting/notes.txt", "Sitting/.hidden.jpg", ".git/e.jpg")
    expected = [
        ("Sitting/a.JPG", "sitting"),
        ("Sitting/b.png", "sitting"),
        ("Sitting/deep/c.webp", "sitting"),
        ("other/d.jpg", "other"),
    ]
    assert labels(".") == expected
    assert labels(str(Path.cwd())) == [(str(Path.cwd() / name), label) for name, label in expected]
    assert [one.labelled.about for one in found(".")] == [{}] * 4


def test_keypoints_count_where_there_is_no_picture_of_that_name() -> None:
    make("f/sitting/a.jpg", "f/sitting/a.json", "f/sitting/b.json")
    assert labels("f") == [("f/sitting/a.jpg", "sitting"), ("f/sitting/b.json", "sitting")]


def test_a_folder_without_labels_is_refused_and_a_csv_in_it_named() -> None:
    make("f/a.jpg", "f/sitting/notes.txt")
    assert [message for message, _ in refusals("f")] == ["f has no sub-folder with pictures"]
    make("f/labels.csv")
    assert refusals("f")[0][1] == f"did you mean {Path('f/labels.csv')}?"


def test_the_samples_in_one_folder_have_no_labels() -> None:
    assert refusals(str(SAMPLES))[0][0] == f"{SAMPLES} has no sub-folder with pictures"


def test_videos_and_archives_in_a_folder_have_its_label() -> None:
    make("f/standing/a.jpg")
    Path("f/sitting").mkdir()
    ramp(Path("f/sitting/clip.avi"))  # 12 frames, 5 a second
    packed("f/sitting/more.zip", "x/b.jpg", "c.jpg")
    packed("f/sitting/more.tar", "standing/d.jpg")
    frames = [f"f/sitting/clip.avi, frame {number}" for number in (0, 5, 10)]
    members = ["f/sitting/more.tar!/standing/d.jpg"]
    members += ["f/sitting/more.zip!/x/b.jpg", "f/sitting/more.zip!/c.jpg"]
    assert labels("f") == [
        *((name, "sitting") for name in (*frames, *members)),
        ("f/standing/a.jpg", "standing"),
    ]
    assert len(labels("f", every=Every(nth=3))) == 4 + 4


@needs_permissions
def test_what_may_not_be_read_is_told_and_the_rest_is_read() -> None:
    make("f/sitting/a.jpg", "f/sitting/closed/b.jpg", "f/standing/c.jpg")
    Path("f/sitting/closed").chmod(0)
    with powerless():
        first, closed, last = found("f")
    Path("f/sitting/closed").chmod(0o700)
    assert [one.labelled.label for one in (first, closed, last)] == [*["sitting"] * 2, "standing"]
    assert problem(closed).message == "cannot be opened: Permission denied"


# Archives


@pytest.mark.parametrize("archive", ["a.zip", "a.tar"])
def test_an_archive_has_a_folder_per_label_or_one_more_around_them(archive: str) -> None:
    names = ["Sitting/a.jpg", "photos/hunching/b.jpg", "photos/lying/c.jpg", "other/d.jpg"]
    names += ["standing/person 1/e.jpg", "../standing/f.jpg", "loose.jpg"]
    packed(archive, *names)
    assert labels(archive) == [
        (f"{archive}!/Sitting/a.jpg", "sitting"),
        (f"{archive}!/photos/hunching/b.jpg", "hunching"),
        (f"{archive}!/photos/lying/c.jpg", "lying"),
        (f"{archive}!/other/d.jpg", "other"),
        (f"{archive}!/standing/person 1/e.jpg", "standing"),
        (f"{archive}!/../standing/f.jpg", "standing"),
    ]


def test_an_archive_without_labels_is_told() -> None:
    packed("a.zip", "a.jpg")
    (one,) = found("a.zip")
    assert problem(one).message == "this archive has no folder with pictures"
    (one,) = found("none.zip")
    assert problem(one).message == "there is no such file"


def test_a_torn_archive_gives_its_labels_and_then_says_so() -> None:
    packed("a.tar", "sitting/a.jpg", "sitting/b.jpg")
    whole = Path("a.tar").read_bytes()
    Path("a.tar").write_bytes(whole[: 512 + -(-len(jpeg()) // 512) * 512 + 100])
    written("a.csv", "a.tar!/sitting/b.jpg,sitting", "a.tar!/sitting/c.jpg,sitting")
    first, last = found("a.tar")
    assert (first.labelled.name, problem(last).code) == ("a.tar!/sitting/a.jpg", "damaged")
    (one,) = found("a.csv")
    assert problem(one).code == "damaged"


# CSV files


def test_a_csv_names_whatever_can_be_read() -> None:
    make("d/a.jpg", "d/f/b.jpg", "d/f/c.jpg", "d/f/c.json", "d/k.json", "d/p1.png", "d/p2.png")
    ramp(Path("d/clip.avi"))
    packed("d/a.zip", "x/e.jpg", "y/f.jpg")
    packed("d/b.tar", "g.jpg", "h.jpg")
    rows = ["a.jpg", "f", "clip.avi", "a.zip", "b.tar!/h.jpg", "p?.png", "k.json"]
    assert [name for name, _ in labels(written("d/l.csv", *(f"{r},sitting" for r in rows)))] == [
        *("d/a.jpg", "d/f/b.jpg", "d/f/c.jpg"),
        *(f"d/clip.avi, frame {number}" for number in (0, 5, 10)),
        *("d/a.zip!/x/e.jpg", "d/a.zip!/y/f.jpg", "d/b.tar!/h.jpg"),
        *("d/p1.png", "d/p2.png", "d/k.json"),
    ]


def test_members_have_their_own_labels_and_what_is_not_there_is_told() -> None:
    packed("a.zip", "a.jpg", "b.jpg", "c.jpg")
    rows = ["a.zip!/b.jpg,standing,1", "a.zip!/d.jpg,hunching,2", "a.zip!/a.jpg,sitting,3"]
    one, other, gone = found(written("a.csv", *rows, head="file,label,person"))
    assert [(o.labelled.name, o.labelled.label, o.labelled.about) for o in (one, other)] == [
        ("a.zip!/a.jpg", "sitting", {"person": "3"}),
        ("a.zip!/b.jpg", "standing", {"person": "1"}),
    ]
    assert (gone.labelled.name, gone.labelled.label) == ("a.zip!/d.jpg", "hunching")
    assert problem(gone).code == "not_found"


def test_what_is_not_there_is_told_and_the_rest_is_read() -> None:
    make("a.jpg")
    Path("empty").mkdir()
    rows = ["none.jpg,sitting", "none*,sitting", "empty,sitting", "https://a/b.jpg,sitting"]
    *gone, last = found(written("a.csv", *rows, "a.jpg,sitting"))
    assert [problem(one).code for one in gone] == [*["not_found"] * 3, "url"]
    assert last.load().source == "a.jpg"


# All of them


def test_a_list_names_inputs() -> None:
    make("f/sitting/a.jpg", "g/b.jpg")
    packed("a.zip", "standing/c.jpg")
    written("g/l.csv", "b.jpg,hunching")
    Path("list.txt").write_text("f\na.zip\ng/l.csv\n")
    assert labels("@list.txt") == [
        ("f/sitting/a.jpg", "sitting"),
        ("a.zip!/standing/c.jpg", "standing"),
        ("g/b.jpg", "hunching"),
    ]


def test_folders_archives_and_csv_files_may_be_in_a_store() -> None:
    pytest.importorskip("fsspec", reason="fsspec is not installed")
    make("f/sitting/a.jpg", "f/sitting/deep/b.jpg", "f/loose.jpg")
    packed("f/standing.zip", "standing/c.jpg")
    written("f/l.csv", "sitting/a.jpg,other", "standing.zip!/standing/c.jpg,standing")
    store = Path("f").absolute().as_uri()
    assert labels(store) == [
        (f"{store}/sitting/a.jpg", "sitting"),
        (f"{store}/sitting/deep/b.jpg", "sitting"),
    ]
    assert labels(f"{store}/standing.zip", f"{store}/l.csv") == [
        (f"{store}/standing.zip!/standing/c.jpg", "standing"),
        (f"{store}/sitting/a.jpg", "other"),
    ]


def test_inputs_that_cannot_be_read_are_told_and_the_rest_is_found() -> None:
    make("f/sitting/a.jpg", "b.jpg")
    told: list[str] = []
    sources = gather(
        ["@none", "none.csv", "b.jpg", "f", "-"],
        lambda message, hint: told.append(message),
    )
    assert [source.found for source in sources] == ["f/sitting/a.jpg"]
    assert told == [
        "@none: this list cannot be opened: No such file or directory",
        "none.csv: there is no such file",
        "b.jpg is not a list of pictures",
        "-: nothing arrived",
    ]


def test_a_picture_counts_once_for_each_of_its_labels_however_it_is_named() -> None:
    make("f/sitting/a.jpg", "g/.keep")
    rows = ["f/sitting/a.jpg,sitting", "g/../f/sitting/a.jpg,sitting", "f/sitting/a.jpg,standing"]
    packed("a.zip", "sitting/b.jpg")
    rows += ["a.zip!/sitting/b.jpg,sitting", "a.zip!/sitting/b.jpg,hunching"]
    loadable = found("f", written("l.csv", *rows), "./a.zip", "f")
    assert [(one.labelled.label, one.labelled.key) for one in loadable] == [
        ("sitting", str(Path("f/sitting/a.jpg").absolute())),
        ("standing", str(Path("f/sitting/a.jpg").absolute())),
        ("sitting", f"{Path('a.zip').absolute()} member 0:a.zip!/sitting/b.jpg"),
        ("hunching", f"{Path('a.zip').absolute()} member 0:a.zip!/sitting/b.jpg"),
    ]


def test_frames_of_one_video_are_alike() -> None:
    Path("f/sitting").mkdir(parents=True)
    ramp(Path("f/sitting/clip.avi"))
    packed("f/sitting/a.zip", "b.jpg", "c.jpg")
    one, other, *frames = (loadable.labelled for loadable in found("f"))
    assert one.group == one.key != other.key
    assert len({frame.key for frame in frames}) == 3
    assert {frame.group for frame in frames} == {str(Path("f/sitting/clip.avi").absolute())}
    assert [frame.about for frame in frames] == [{"source": "f/sitting/clip.avi"}] * 3
    rows = written("l.csv", "f/sitting/clip.avi,sitting,mine", head="file,label,source")
    assert {loadable.labelled.about["source"] for loadable in found(rows)} == {"mine"}


def test_pictures_are_counted_where_no_file_has_to_be_opened_for_it() -> None:
    make("f/sitting/a.jpg", "f/standing/b.jpg", "f/standing/c.json")
    sources = gather(["f", written("l.csv", "f/sitting/a.jpg,other")], _never)
    assert count(sources) == len(list(pictures(sources))) == 4
    packed("f/sitting/a.zip", "b.jpg")
    assert count(gather(["f"], _never)) is None


def test_a_file_is_opened_when_its_turn_comes() -> None:
    Path("f/sitting").mkdir(parents=True)
    ramp(Path("f/sitting/a.avi"))
    ramp(Path("f/sitting/b.avi"))
    loadable = pictures(gather(["f"], _never))
    first = next(loadable)
    assert first.carried == first.load().rgb.nbytes
    Path("f/sitting/b.avi").unlink()
    *frames, gone = loadable
    assert [frame.labelled.name for frame in frames] == [
        *("f/sitting/a.avi, frame 5", "f/sitting/a.avi, frame 10")
    ]
    assert problem(gone).code == "not_found"


def _never(message: str, hint: str) -> None:
    raise AssertionError(message)


COLUMNS = "file,frame,time_s,person,label,stance,error"


def test_a_csv_of_label_gives_each_frame_its_own_label() -> None:
    Path("clips").mkdir()
    ramp(Path("clips/a.mp4"))
    rows = (
        "clips/a.mp4,2,0.4,1,Sitting,sitting,",
        "clips/a.mp4,2,0.4,2,hunching,sitting,",
        "clips/a.mp4,7,1.4,1,standing,standing,",
        "clips/a.mp4,9,1.8,,nobody,,",
        "gone.jpg,,,,,,not_found: there is no such file",
    )
    for name in ("labels.csv", "out/labels.csv"):
        written(name, *rows, head=COLUMNS)
        assert labels(name) == [
            ("clips/a.mp4, frame 2", "sitting"),
            ("clips/a.mp4, frame 7", "standing"),
            ("clips/a.mp4, frame 9", "nobody"),
        ]


def test_json_lines_of_label_give_each_frame_its_own_label() -> None:
    ramp(Path("a.mp4"))
    make("b.jpg")
    people = '"people": [{"label": "hunching"}, {"label": "standing"}]'
    rows = (
        '{"source": "a.mp4", "frame": 0, "time_s": 0.0, "people": []}',
        f'{{"source": "a.mp4", "frame": 5, "time_s": 1.0, {people}}}',
        f'{{"source": "b.jpg", "frame": 0, "time_s": null, {people}}}',
        '{"source": "c.jpg", "error": {"code": "not_found", "message": "", "hint": ""}}',
    )
    for name in ("labels.jsonl", "labels.json"):
        Path(name).write_text("\n".join(rows), "utf-8")
        assert labels(name) == [
            ("a.mp4, frame 0", "nobody"),
            ("a.mp4, frame 5", "hunching"),
            ("b.jpg", "hunching"),
        ]


def lines_of(*sources: str, label: str = "hunching") -> str:
    """JSON lines of a watch: a frame and what happened in it, by turns."""
    seen = read(someone(HUNCHING), SIZE, rules.judge)
    forms = [
        Observation(source, 4 * number, float(number), SIZE, "theirs", (seen,)).to_json()
        for number, source in enumerate(sources)
    ]
    for form in forms:
        form["people"][0]["label"] = label
    event = {"schema": "posture/1", "event": "away", "time_s": 1.0}
    return "".join(f"{json.dumps(form)}\n{json.dumps(event)}\n" for form in forms)


def test_of_pictures_that_are_not_here_the_keypoints_count() -> None:
    make("here.jpg")
    text = lines_of("camera 0", "camera 0", "gone.zip!/a.jpg", "here.jpg", label="Sitting")
    Path("watch.jsonl").write_text(text, "utf-8")
    told: list[str] = []
    sources = gather(["watch.jsonl"], _never, tell=lambda message, _: told.append(message))
    assert told == ["3 of 4 not here: keypoints of the list are used instead"]
    found = list(pictures(sources))
    assert [(one.labelled.name, one.labelled.group, one.labelled.label) for one in found[:3]] == [
        ("camera 0, frame 0", "camera 0", "sitting"),
        ("camera 0, frame 4", "camera 0", "sitting"),
        ("gone.zip!/a.jpg, frame 8", "gone.zip!/a.jpg", "sitting"),
    ]
    assert [source.has_keypoints for source in sources] == [True, True, True, False]
    assert columns_of(sources) == {"source": {"camera 0", "gone.zip!/a.jpg"}}
    truth = someone(HUNCHING).keypoints
    for one in found[:3]:
        recorded = one.load()
        assert (recorded.estimator, recorded.size) == ("theirs", SIZE)
        np.testing.assert_allclose(recorded.people[0].keypoints.xy, truth.xy, atol=0.01)


def test_without_keypoints_a_picture_that_is_not_here_is_missed() -> None:
    row = '{"source": "gone.jpg", "frame": 0, "time_s": null, "people": [{"label": "sitting"}]}'
    Path("labels.jsonl").write_text(row, "utf-8")
    (one,) = pictures(gather(["labels.jsonl"], _never))
    with pytest.raises(SourceError, match="there is no such file"):
        one.load()


def test_keypoints_that_make_no_sense_are_refused_with_their_line() -> None:
    text = lines_of("camera 0").replace('"nose"', '"nase"')
    Path("watch.jsonl").write_text(text, "utf-8")
    assert "watch.jsonl: line 1 is not an observation" in refusals("watch.jsonl")[0][0]


TABLE = {
    "file": ["a.mp4", "a.mp4", "b.jpg", "b.jpg", "c.jpg"],
    "frame": [0, 5, 0, 0, None],
    "time_s": [0.0, 1.0, None, None, None],
    "person": [None, 1, 1, 2, None],
    "label": ["nobody", "Hunching", "sitting", "standing", None],
}


def test_parquet_of_label_gives_the_first_person_of_each_frame_their_label() -> None:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    ramp(Path("a.mp4"))
    make("b.jpg")
    pandas.DataFrame(TABLE).to_parquet("labels.parquet")  # with frames as floats, as it likes them
    assert labels("labels.parquet") == [
        ("a.mp4, frame 0", "nobody"),
        ("a.mp4, frame 5", "hunching"),
        ("b.jpg", "sitting"),
    ]


def test_parquet_that_label_did_not_write_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    pandas.DataFrame({"file": ["b.jpg"]}).to_parquet("other.parquet")
    Path("torn.parquet").write_bytes(b"PAR1" + bytes(50))
    pandas.DataFrame(TABLE)[4:].to_parquet("none.parquet")
    pandas.DataFrame({**TABLE, "frame": list("edcba")}).to_parquet("words.parquet")
    for name in ("other.parquet", "torn.parquet", "words.parquet"):
        assert f"{name} is not a table of `posture label`" in refusals(name)[0][0]
    assert refusals("none.parquet")[0][0] == "none.parquet labels no picture"
    monkeypatch.setattr(label_parquet, "MOST_ROWS", 4)
    pandas.DataFrame(TABLE).to_parquet("long.parquet")
    assert refusals("long.parquet")[0][0] == "long.parquet: has too many rows"


def test_a_frame_that_a_video_has_not_is_told_and_the_others_are_read() -> None:
    ramp(Path("a.mp4"))
    written("labels.csv", "a.mp4,3,sitting", "a.mp4,700,sitting", head="file,frame,label")
    first, gone = found("labels.csv")
    assert (first.labelled.name, problem(gone).message) == (
        "a.mp4, frame 3",
        "there is no such frame",
    )
    assert gone.labelled.name == "a.mp4, frame 700"


def test_what_is_no_frame_or_no_observation_is_refused_with_its_line() -> None:
    ramp(Path("a.mp4"))
    written("labels.csv", "a.mp4,first,sitting", head="file,frame,label")
    Path("labels.jsonl").write_text('{"source": 1}\n', "utf-8")
    assert "labels.csv, line 2: no frame is called 'first'" in refusals("labels.csv")[0][0]
    assert "labels.jsonl: line 1 is not an observation" in refusals("labels.jsonl")[0][0]


def test_of_a_folder_that_breaks_off_what_was_found_is_read(monkeypatch) -> None:
    make("f/sitting/a.jpg")
    monkeypatch.setattr("posture_cli.inputs.folders._list", _breaking(folders._list))
    told: list[str] = []
    sources = gather(["f"], lambda message, _: told.append(message))
    assert [one.labelled.name for one in pictures(sources)] == ["f/sitting/a.jpg"]
    assert told == ["f: cannot be opened: Input/output error"]


def _breaking(list_it: Callable[..., None]) -> Callable[..., None]:
    """Return what lists the folder `f` as a disk does that breaks meanwhile."""

    def listed(here: Any, *found: Any) -> None:
        list_it(here, *found)
        if here.name == "f":
            raise OSError(5, "Input/output error")

    return listed


def test_labelled_files_that_are_not_read_are_counted_and_no_others() -> None:
    make("f/sitting/a.jpg")
    for name in ("f/sitting/b.psd", "f/c.psd"):
        Path(name).write_text("no picture")
    names: list[str] = []
    gather(["f"], lambda *told: pytest.fail(str(told)), skip=names.append)
    assert names == ["f/sitting/b.psd"]


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (("f/sitting/a.jpg",), ["--rate had no effect: no video was read"]),
        (("f/sitting/a.jpg", "f/hunching/b.mp4"), []),
        (("f/sitting/a.zip",), []),  # nobody knows before it is opened
    ],
)
def test_which_frames_had_no_effect_where_no_file_is_a_video(
    files: tuple[str, ...], told: list[str], here: Path
) -> None:
    for name in files:
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).touch()
    said: list[str] = []
    for every in (Every(rate=2.0, asked=("--rate",)), Every(rate=2.0)):
        gathered(["f"], _never, every, lambda message, _: said.append(message))
    assert said == told
