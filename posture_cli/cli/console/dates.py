"""How the user writes dates, as the system's language settings say."""

from __future__ import annotations

import locale

from posture_cli.history.dates import ISO, PROBE, Dates, form_of

PLAIN = ("C", "POSIX")
"""Languages that are none."""


def dates_of_user() -> Dates:
    """Return the user's form of dates; that of ISO 8601 if the system names none.

    The process itself goes on in the language that it had.
    """
    ours = locale.setlocale(locale.LC_TIME)
    try:
        if locale.setlocale(locale.LC_TIME, "").partition(".")[0] in PLAIN:
            return ISO
        return form_of(PROBE.strftime("%x"), PROBE.strftime("%X"))
    except locale.Error:  # a language that is not installed
        return ISO
    finally:
        locale.setlocale(locale.LC_TIME, ours)
