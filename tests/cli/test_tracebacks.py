"""Whatever is wrong, a message says what to do, and no library prints beside it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from posture_cli import cli
from tests.cli.places import Place, said
from tests.cli.test_control_characters import profile
from tests.people import SAMPLES

PICTURE = str(SAMPLES / "sitting_05.jpg")


@pytest.mark.parametrize("number", ["1" * 5000, "0x" + "f" * 5000, "-" + "9" * 30])
def test_a_setting_of_thousands_of_digits_is_told(tmp_path: Path, number: str) -> None:
    (tmp_path / "a.toml").write_text(f"[check]\nmax-people = {number}\n")
    written = said(Place(("--config", "a.toml", "check", "x.jpg")), "", tmp_path)
    assert written.startswith("posture: ")
    assert "a.toml" in written


def test_a_profile_with_an_impossible_number_hides_no_other(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "posture" / "profiles"
    folder.mkdir(parents=True)
    (folder / "bad.json").write_text(profile(samples=10**400))
    (folder / "good.json").write_text(profile())
    (folder / "worse.json").write_text(json.dumps([1] * 9))
    written = said(Place(("profiles",)), "", tmp_path)
    assert "good" in written
    assert "`samples` is not between 1 and" in written
    assert "worse.json is not a profile" in written


def test_too_little_memory_is_told(tmp_path, monkeypatch) -> None:
    def full(*arguments: object, **options: object) -> None:
        raise MemoryError

    monkeypatch.setattr(cli.posture, "main", full)
    assert "not enough memory" in said(Place(("profiles",)), "", tmp_path)


def test_an_opencv_that_is_only_partly_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "cv2").mkdir()  # what is left when one of two packages with it is removed
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path), str(Path.cwd())))}
    command = [sys.executable, "-m", "posture_cli", "check", PICTURE]
    (tmp_path / "cv2" / "__init__.py").touch()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "OpenCV is only partly there" in done.stderr
    assert "--force-reinstall opencv-python-headless" in done.stderr


def damaged_tiffs(folder: Path) -> list[str]:
    """Write pictures at which Pillow and libtiff complain."""
    noise = np.random.default_rng(7)
    picture = Image.fromarray(noise.integers(0, 255, (64, 64, 3), dtype=np.uint8))
    for compression in ("tiff_lzw", "tiff_deflate", "group4"):
        data = io.BytesIO()
        kind = picture.convert("1") if compression == "group4" else picture
        kind.save(data, "TIFF", compression=compression, tiffinfo={65000: "x", 700: b"abc"})
        for number in range(20):
            content = bytearray(data.getvalue())
            for place in noise.integers(8, len(content), 3):
                content[place] = noise.integers(0, 256)
            (folder / f"{compression}{number}.tif").write_bytes(content)
    return sorted(path.name for path in folder.glob("*.tif"))


@pytest.mark.skipif(os.name == "nt", reason="libtiff is part of Pillow's own library there")
def test_pillow_and_libtiff_print_nothing(tmp_path: Path) -> None:
    names = damaged_tiffs(tmp_path)
    command = [sys.executable, "-m", "posture_cli", "check", *names]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    lines = done.stderr.splitlines()
    assert any("is damaged" in line for line in lines)
    assert [line for line in lines if not line.startswith(("posture: ", "  "))] == []
