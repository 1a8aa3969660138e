"""The chime, played by a real player into a file; and the bell of a terminal."""

from __future__ import annotations

import os
import shutil
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from posture_cli.errors import DependencyError
from posture_cli.notify.sound import NOTES_HZ, RATE_HZ, Bell, Sound, write_chime
from tests.notify.events import ALERT, refusal

linux = pytest.mark.skipif(sys.platform != "linux", reason="the players of Linux")


def loudest_hz(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples))
    return float(np.fft.rfftfreq(len(samples), 1 / RATE_HZ)[spectrum.argmax()])


def notes(samples: np.ndarray) -> list[float]:
    """Return the loudest frequency of the first and of the second half, hertz."""
    return [loudest_hz(half) for half in np.array_split(samples, 2)]


def test_the_chime_is_two_rising_notes_that_neither_clip_nor_click(tmp_path: Path):
    write_chime(tmp_path / "chime.wav")
    with wave.open(str(tmp_path / "chime.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE_HZ)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    assert len(samples) / RATE_HZ == pytest.approx(0.7, abs=0.01)
    assert notes(samples) == pytest.approx(NOTES_HZ, abs=3)
    assert 8000 < np.abs(samples).max() < 20000
    assert np.abs(np.diff(samples.astype(int))).max() < 4000


@linux
def test_it_is_really_played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    if not (aplay := shutil.which("aplay")):
        pytest.skip("no player here: aplay of alsa-utils is not installed")
    heard = tmp_path / "heard.raw"
    (tmp_path / "alsa.conf").write_text(
        f'pcm.!default {{ type file; slave.pcm {{ type null }}; file "{heard}"; format raw }}',
        encoding="utf-8",
    )
    (tmp_path / "aplay").symlink_to(aplay)
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    monkeypatch.setenv("ALSA_CONFIG_PATH", os.fspath(tmp_path / "alsa.conf"))
    Sound().deliver(ALERT)
    played = np.frombuffer(heard.read_bytes(), "<i2")
    assert notes(played[: int(0.7 * RATE_HZ)]) == pytest.approx(NOTES_HZ, abs=3)


@linux
def test_a_player_without_a_loudspeaker_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    if not (aplay := shutil.which("aplay")):
        pytest.skip("no player here: aplay of alsa-utils is not installed")
    (tmp_path / "alsa.conf").write_text("", encoding="utf-8")
    (tmp_path / "aplay").symlink_to(aplay)
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    monkeypatch.setenv("ALSA_CONFIG_PATH", os.fspath(tmp_path / "alsa.conf"))
    assert "sound ended with 1: aplay: " in refusal(lambda: Sound().deliver(ALERT))


@linux
def test_a_missing_player_is_reported_at_the_start(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DependencyError, match="no program to play a sound was found"):
        Sound()


def test_the_bell_is_for_terminals_only(capsys: pytest.CaptureFixture[str], monkeypatch):
    Bell().deliver(ALERT)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    Bell().deliver(ALERT)
    assert capsys.readouterr().err == "\a"
