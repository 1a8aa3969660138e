"""The hashes of files that were read once, so that a start does not read them again."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from posture_cli.errors import OutputError
from posture_cli.estimators.models.disk import sha1_of
from posture_cli.storage.whole import write_whole


@dataclass(frozen=True)
class Verified:
    """A small JSON file: path -> size, time of change, SHA-1.

    It only saves time: if it cannot be read or written, files are hashed.

    Attributes:
        memory: The JSON file.
    """

    memory: Path

    def sha1(self, path: Path, *, fresh: bool = False) -> str:
        """Return a file's SHA-1, from memory while its size and time of change stay the same."""
        status = path.stat()
        key, state = os.fspath(path.absolute()), [status.st_size, status.st_mtime_ns]
        known = self._read()
        entry = known.get(key)
        if not fresh and isinstance(entry, list) and entry[:2] == state and len(entry) == 3:
            return str(entry[2])
        digest = sha1_of(path)
        self._write({**known, key: [*state, digest]})
        return digest

    def _read(self) -> dict[str, object]:
        try:
            content = json.loads(self.memory.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}

    def _write(self, entries: dict[str, object]) -> None:
        """Replace the memory, without files that are gone."""
        with contextlib.suppress(OSError, OutputError):
            there = {path: entry for path, entry in entries.items() if Path(path).is_file()}
            write_whole(self.memory, json.dumps(there, indent=1).encode())
