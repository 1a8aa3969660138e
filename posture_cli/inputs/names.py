r"""Names of files as text that any program can read, and back: bytes that are no UTF-8 are written
`\xff`.

Python keeps such bytes as lone surrogates, which are no text: JSON of them is refused by strict
readers, and Parquet cannot hold them at all.
"""

from __future__ import annotations

import re

ESCAPE = re.compile(r"\\x([0-9a-f]{2})|\\u(d[89a-f][0-9a-f]{2})")
BYTE = 0xDC00
"""What Python adds to a byte that it cannot decode. Source: PEP 383."""


def written(name: str) -> str:
    r"""Return a name as valid Unicode, the same one for no two names.

    Nearly every name is returned as it is. In one that has bytes which are no UTF-8, or that looks
    like one of ours, such bytes become `\xff`, backslashes `\x5c` and, on Windows, half characters
    `\ud83d`.
    """
    if is_text(name) and not ESCAPE.search(name):
        return name
    return "".join(map(_escaped, name))


def on_disk(text: str) -> str:
    """Return the name that `written` made this of, to open the file with."""
    return ESCAPE.sub(_undone, text)


def is_text(name: str) -> bool:
    """Whether a name has nothing but characters."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _escaped(letter: str) -> str:
    if letter == "\\":
        return r"\x5c"
    if not 0xD800 <= ord(letter) <= 0xDFFF:
        return letter
    byte = ord(letter) - BYTE
    return rf"\x{byte:02x}" if 0x80 <= byte <= 0xFF else rf"\u{ord(letter):04x}"


def _undone(match: re.Match[str]) -> str:
    if match[2]:
        return chr(int(match[2], 16))
    byte = int(match[1], 16)
    return chr(byte if byte < 0x80 else BYTE + byte)
