"""Two soft notes, played by a program of the system; and the terminal's bell."""

from __future__ import annotations

import sys
import wave
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from posture_cli.errors import DependencyError
from posture_cli.notify import EventJson, undelivered
from posture_cli.notify.programs import Programs, available

RATE_HZ = 22050
NOTES_HZ = (659.26, 880.0)
"""E5 and A5, equal temperament: a rising fourth sounds friendly. Our choice, as is what follows."""
NOTE_S, FADE_S, LOUDNESS = 0.35, 0.12, 0.4
TIMEOUT_S = 10.0
"""Guess; the sound itself takes less than a second."""
PLAY = "(New-Object System.Media.SoundPlayer $env:POSTURE_SOUND).PlaySync()"
PLAYERS = {
    "darwin": (["afplay"],),
    "win32": (["powershell.exe", "-NoProfile", "-NonInteractive", "-Command", PLAY],),
}
LINUX = (["pw-play"], ["paplay"], ["aplay", "--quiet"])
"""Players of PipeWire, PulseAudio and ALSA; the file's name follows."""
HINT = "install pipewire-bin, pulseaudio-utils or alsa-utils, and check the volume"


class Sound:
    """Plays a chime."""

    name = "sound"

    def __init__(self) -> None:
        """Look for a player.

        Raises:
            DependencyError: If there is none.
        """
        self._players = available(PLAYERS.get(sys.platform, LINUX))
        if not self._players:
            raise DependencyError("no program to play a sound was found", hint=HINT)
        self._programs = Programs(self.name, TIMEOUT_S)

    def deliver(self, event: EventJson) -> None:
        try:
            with TemporaryDirectory(prefix="posture") as folder:
                self._play(Path(folder) / "chime.wav")
        except OSError as error:
            raise undelivered(self.name, f"cannot be saved: {error.strerror}", HINT) from error

    def close(self) -> None:
        self._programs.close()

    def _play(self, path: Path) -> None:
        write_chime(path)
        named = [] if sys.platform == "win32" else [str(path)]
        choices = [[*player, *named] for player in self._players]
        self._programs.run_first(choices, HINT, {"POSTURE_SOUND": str(path)})


class Bell:
    """Rings the terminal's bell, if stderr is a terminal."""

    name = "bell"

    def deliver(self, event: EventJson) -> None:
        if sys.stderr.isatty():
            sys.stderr.write("\a")
            sys.stderr.flush()

    def close(self) -> None:
        pass


def write_chime(path: Path) -> None:
    """Write the chime as a WAV file: 16 bits, one channel."""
    time_s = np.arange(int(NOTE_S * RATE_HZ)) / RATE_HZ
    fading = np.exp(-time_s / FADE_S) * np.minimum(1, time_s / 0.005)  # no click at its start
    notes = [np.sin(2 * np.pi * note_hz * time_s) * fading for note_hz in NOTES_HZ]
    samples = np.concatenate(notes) * LOUDNESS * np.iinfo(np.int16).max
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples.astype("<i2").tobytes())
