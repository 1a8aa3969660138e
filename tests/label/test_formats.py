"""What all formats have in common."""

from __future__ import annotations

import os
import sys
import tracemalloc

import pytest

from posture_cli.core.body.scene import FrameSize
from posture_cli.core.observation import Observation
from posture_cli.errors import DependencyError, OutputError
from posture_cli.label import formats
from tests.label.lines import as_journalled, many, some

SMALL = {"memory_mb": 12, "lines": 4000}
"""4,000 lines that are all kept would take 60 MB."""


@pytest.fixture(params=formats.ENDINGS)
def output(request, tmp_path):
    if request.param == ".parquet":
        pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    return tmp_path / f"labels{request.param}"


def contents(folder):
    """Return every file below a folder with its bytes."""
    return {
        os.fspath(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def write(path, lines):
    return formats.of(path).write(lines, path)


def test_nothing_is_beside_the_output_but_what_it_says(output, tmp_path):
    write(output, some())
    assert set(tmp_path.iterdir()) == set(formats.of(output).places(output))


def test_the_same_lines_give_the_same_bytes(output, tmp_path):
    write(output, some())
    before = contents(tmp_path)
    write(output, some())
    assert contents(tmp_path) == before


def test_an_output_without_any_line_is_made(output, tmp_path):
    assert write(output, []) == ()
    assert all(place.exists() for place in formats.of(output).places(output))


def test_an_interrupted_run_leaves_what_was_there_before(output, tmp_path):
    write(output, some()[:1])
    before = contents(tmp_path)

    def interrupted():
        yield from some()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(output, interrupted())
    assert contents(tmp_path) == before


def test_memory_does_not_grow_with_the_number_of_lines(output):
    write(output, many(1))  # imports take memory too
    tracemalloc.start()
    write(output, many(SMALL["lines"]))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < SMALL["memory_mb"] * 1e6


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize("ending", [e for e in formats.ENDINGS if e[-1] != "/"])
def test_a_full_disk_is_told_and_leaves_nothing(ending, tmp_path):
    import resource

    if ending == ".parquet":
        pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    path = tmp_path / f"labels{ending}"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(OutputError, match="cannot be written: File too large"):
            write(path, many(3000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["labels", "labels.txt", "csv", "coco.json.gz"])
def test_an_unknown_ending_is_told_with_the_known_ones(name, tmp_path):
    with pytest.raises(OutputError, match="has no known ending") as error:
        formats.of(tmp_path / name)
    assert error.value.code == formats.UNKNOWN
    known = ", ".join(formats.ENDINGS)
    assert known.startswith(
        ".csv, .jsonl, .parquet, .coco.json, .coco-results.json, .labelstudio.json"
    )
    assert error.value.hint == f"choose one of {known}"


@pytest.mark.parametrize(("wrong", "meant"), [("l.json", "l.jsonl"), ("l.CVS", "l.csv")])
def test_an_ending_that_is_nearly_known_is_proposed(wrong, meant, tmp_path):
    with pytest.raises(OutputError) as error:
        formats.of(tmp_path / wrong)
    assert error.value.hint.startswith(f"did you mean {tmp_path / meant}? choose one of ")


def test_an_ending_may_be_of_large_letters(tmp_path):
    assert formats.of(tmp_path / "LABELS.CSV") is formats.ENDINGS[".csv"]


def test_without_pyarrow_the_extra_is_named_before_the_work(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(DependencyError, match="needs pyarrow") as error:
        formats.of(tmp_path / "labels.parquet")
    assert "pip install 'posture-cli[parquet]'" in error.value.hint


def test_the_formats_do_not_import_pyarrow_until_it_is_needed():
    import subprocess

    code = "import sys; from posture_cli.label import formats; assert 'pyarrow' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.mark.parametrize("ending", [e for e in formats.ENDINGS if e[-1] != "/"])
def test_a_folder_in_the_place_of_a_file_is_told_before_the_work(ending, tmp_path):
    path = tmp_path / f"labels{ending}"
    path.mkdir()
    with pytest.raises(OutputError, match="is a folder or a device"):
        formats.of(path)


def test_what_is_there_is_told_unless_it_may_be_replaced(output):
    formats.check_free(output, replace=False)
    write(output, some())
    for place in formats.of(output).places(output):
        with pytest.raises(OutputError, match="already exists"):
            formats.check_free(output, replace=False)
        formats.check_free(output, replace=True)
        place.rename(place.with_name("elsewhere"))
        place.with_name("elsewhere").rename(place)


def test_an_empty_folder_is_in_nobodys_way(tmp_path):
    path = tmp_path / "labels.openpose"
    path.mkdir()
    formats.check_free(path, replace=False)
    write(path, some())
    assert len(list(path.iterdir())) == 3


def test_what_blazepose_sees_in_the_samples_is_written(output, samples, sample_readings):
    lines = []
    for name, readings in sample_readings.items():
        size = FrameSize(*samples[name].shape[1::-1])
        observation = Observation(f"samples/{name}", 0, None, size, "blazepose-full", readings)
        lines.append(as_journalled(name, observation.to_json()))
    stills = "24 pictures are no frames of a video and left out"
    assert write(output, lines) == ((stills,) if output.suffix == ".opensim" else ())
    assert all(place.exists() for place in formats.of(output).places(output))


def test_a_folder_that_is_missing_is_made(tmp_path):
    path = tmp_path / "a" / "b" / "labels.csv"
    write(path, some())
    assert path.is_file()
