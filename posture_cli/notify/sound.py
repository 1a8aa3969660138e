"""Two soft notes, played by a program of the system; and the terminal's bell."""

from __future__ import annotations

import shutil
import sys
import wave
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from posture_cli.errors import DependencyError, OutputError
from posture_cli.notify import EventJson, undelivered
from posture_cli.notify.programs import Programs

RATE_HZ = 22050
NOTES_HZ = (659.26, 880.0)
"""E5 and A5, equal temperament: a rising fourth sounds friendly. Our choice, as is what follows."""
NOTE_S, FADE_S, LOUDNESS = 0.35, 0.12, 0.4
TIMEOUT_S = 10.0
"""Guess; the sound itself takes less than a second."""
PLAYERS = (["pw-play"], ["paplay"], ["aplay", "--quiet"], ["afplay"])
"""Players of PipeWire, PulseAudio, ALSA and macOS; the file's name follows. We have not run that of
macOS."""
HINT = "install pipewire-bin, pulseaudio-utils or alsa-utils, and check the volume"


class Sound(Programs):
    """Plays a chime."""

    def __init__(self) -> None:
        """Look for a player.

        Raises:
            DependencyError: If there is none.
        """
        self._players = [player for player in PLAYERS if shutil.which(player[0])]
        if not self._players:
            hint = f"use --bell, or --on-alert with a program that plays one; on Linux {HINT}"
            raise DependencyError("no program to play a sound was found", hint=hint)
        super().__init__("sound", TIMEOUT_S)

    @property
    def players(self) -> tuple[str, ...]:
        """The programs that were found, in the order in which they are tried."""
        return tuple(player[0] for player in self._players)

    def deliver(self, event: EventJson) -> None:
        """Play it with the first player that works; raises why the last one did not."""
        try:
            with TemporaryDirectory(prefix="posture") as folder:
                path = Path(folder) / "chime.wav"
                write_chime(path)
                self._play(path)
        except OSError as error:
            raise undelivered(self.name, f"cannot be saved: {error.strerror}", HINT) from error

    def _play(self, path: Path) -> None:
        for player in self._players:
            try:
                return self.run([*player, str(path)], HINT)
            except OutputError as error:
                problem = error
        raise problem


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
