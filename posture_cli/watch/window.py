"""A window that shows pictures: tkinter, which is light and part of most Pythons.

opencv-python-headless has no windows, and the OpenCV that has them needs libraries of the system.
"""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

from posture_cli.errors import DependencyError, OutputError
from posture_cli.terminal.keys import Action, asked
from posture_cli.vision import Pixels, resized

WITHOUT = "or leave out --show: --record keeps a film instead"
TKINTER = {
    "darwin": "brew install python-tk, or take Python from python.org",
    "win32": "let the installer of Python add tcl/tk",
}
"""Where tkinter comes from; elsewhere it is a package of the system."""
ON_LINUX = "apt-get install python3-tk, or dnf install python3-tkinter"
LARGEST = 0.8
"""Share of the screen that a picture takes at most when the window opens."""
SMALLEST_PX = 64


class Window:
    """Shows pictures, as large as fits. All calls from the main thread."""

    def __init__(self, title: str) -> None:
        """Connect to the display; the window opens with the first picture.

        Args:
            title: What stands above it.
        Raises:
            DependencyError: If this Python has no tkinter.
            OutputError: If there is no display.
        """
        self._tk, self._root = _connected()
        self._root.withdraw()
        self._root.title(title)
        self._root.protocol("WM_DELETE_WINDOW", self.close)
        self._root.bind("<Key>", lambda event: self._typed.append(event.char))
        self._root.report_callback_exception = self._fail
        self._canvas = self._tk.Canvas(self._root, background="black", highlightthickness=0)
        self._canvas.pack(fill="both", expand=True)
        self._photo = self._tk.PhotoImage(master=self._root)
        self._image = self._canvas.create_image(0, 0, image=self._photo)
        self._rgb: Pixels | None = None
        self._shown_in = (0, 0)
        self._typed: list[str] = []
        self._error: BaseException | None = None
        self._open = True

    def __enter__(self) -> Window:
        return self

    def show(self, rgb: Pixels) -> None:
        """Show this picture, RGB, from now on; nothing happens once the window is closed."""
        if not self._open:
            return
        if self._rgb is None:
            self._appear(rgb)
        self._rgb, self._shown_in = rgb, (0, 0)
        self._live()

    def keys(self) -> tuple[Action, ...]:
        """Return what was typed into it since the last call; `quit` if it is closed.

        Never waits. Call it ten times a second, because the window answers only meanwhile.
        """
        self._live()
        typed, self._typed = "".join(self._typed), []
        return asked(typed) if self._open else ("quit",)

    def close(self) -> None:
        """Close it; twice is fine."""
        if self._open:
            self._open = False
            self._root.destroy()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _appear(self, rgb: Pixels) -> None:
        """Open the window in the size of a picture, if the screen has room for it."""
        height, width = rgb.shape[:2]
        room = self._root.winfo_screenwidth(), self._root.winfo_screenheight()
        factor = min(1.0, LARGEST * room[0] / width, LARGEST * room[1] / height)
        self._root.minsize(SMALLEST_PX, SMALLEST_PX)
        self._root.geometry(f"{round(width * factor)}x{round(height * factor)}")
        self._root.deiconify()

    def _live(self) -> None:
        """Let the window do what waits: answer keys and the mouse, take another size, draw."""
        try:
            if self._open:
                self._root.update()
            if self._open:  # it may have been closed just now
                self._draw()
        except self._tk.TclError:  # somebody else destroyed it
            self._open = False
        error, self._error = self._error, None
        if error:
            raise error

    def _draw(self) -> None:
        """Draw the picture if it, or the window's size, is another one."""
        size = self._canvas.winfo_width(), self._canvas.winfo_height()
        if self._rgb is None or size == self._shown_in:
            return
        height, width = self._rgb.shape[:2]
        factor = min(size[0] / width, size[1] / height)
        fitting = resized(self._rgb, max(1, round(width * factor)), max(1, round(height * factor)))
        self._photo.configure(data=_ppm(fitting))
        self._canvas.coords(self._image, size[0] // 2, size[1] // 2)
        self._shown_in = size
        self._root.update_idletasks()

    def _fail(self, kind: type[BaseException], error: BaseException, trace: object) -> None:
        """Keep an error of a callback, such as Ctrl-C: tkinter would print it and go on."""
        self._error = error


def _connected() -> tuple[Any, Any]:
    """Return tkinter and its connection to the display."""
    try:
        import tkinter
    except ImportError as error:
        hint = f"{TKINTER.get(sys.platform, ON_LINUX)}, {WITHOUT}"
        raise DependencyError("this Python has no tkinter to open a window", hint=hint) from error
    try:
        return tkinter, tkinter.Tk(className="posture")
    except tkinter.TclError as error:
        hint = f"start it on a desktop, connect with ssh -X, {WITHOUT}"
        raise OutputError(f"no window can be opened: {error}", hint=hint) from error


def _ppm(rgb: Pixels) -> bytes:
    """Return the picture in the form that Tk reads fastest."""
    height, width = rgb.shape[:2]
    return b"P6 %d %d 255\n" % (width, height) + rgb.tobytes()
