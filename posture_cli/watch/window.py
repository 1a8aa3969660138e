"""A window that shows pictures, made with tkinter, which is small and part of most Pythons.

opencv-python-headless has no windows; the OpenCV that has them needs system libraries.
"""

from __future__ import annotations

import sys
from typing import Any

from posture_cli.core.judge.labels import POSTURES
from posture_cli.errors import DependencyError, OutputError
from posture_cli.estimators import Area
from posture_cli.terminal.keys import Action, actions
from posture_cli.vision import Pixels, resized
from posture_cli.watch.dragging import Point, area
from posture_cli.watch.window_words import WindowWords

WITHOUT = "or leave out --show; --record keeps a film instead"
TKINTER = {
    "darwin": "brew install python-tk, or take Python from python.org",
    "win32": "add tcl/tk with the installer of Python",
}
"""Where to get tkinter; on other systems it is a system package."""
ON_LINUX = "apt-get install python3-tk, or dnf install python3-tkinter"
LARGEST = 0.8
"""Largest share of the screen when the window opens. Guess."""
SMALLEST_PX = 64
FRAME = "frame"
"""What is dragged over so far."""
STRIP, NOTE, WARNING = "strip", "note", "warning"
"""What is said below the picture, in place of it, and over it."""
TEXT_SHARE, LEAST_TEXT_PX, MOST_TEXT_PX = 1 / 26, 11, 40
"""Size of the text, as a share of the shorter side of the window, and its ends. Guess."""
STRIP_LINES = 2.2
"""Height of the strip below the picture, in sizes of its text. Guess."""
WAITING = "waiting for the next picture"
INK, QUIET, GROUND = "#f2f4f6", "#aab2ba", "#14171a"


class Window:
    """Shows pictures, as large as fits. Call it from the main thread only."""

    def __init__(self, title: str) -> None:
        """Connect to the display; the window opens with the first picture.

        Args:
            title: Title of the window.
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
        for colour, width in (("black", 5), ("white", 2)):  # seen on any picture
            look = {"outline": colour, "width": width, "state": "hidden", "tags": FRAME}
            self._canvas.create_rectangle(0, 0, 0, 0, **look)
        for what, follow in (("ButtonPress", self._press), ("ButtonRelease", self._let_go)):
            self._canvas.bind(f"<{what}-1>", follow)
        self._canvas.bind("<B1-Motion>", self._pull)
        self._words: WindowWords | None = None
        self._is_old = False
        self._rgb: Pixels | None = None
        self._shown_in = (0, 0)
        self._typed: list[str] = []
        self._corner: Point = (0, 0)
        self._dragged: Area | None = None
        self._error: BaseException | None = None
        self._open = True

    def show(self, rgb: Pixels) -> None:
        """Show this RGB picture until the next one; does nothing once the window is closed."""
        if not self._open:
            return
        if self._rgb is None:
            self._appear(rgb)
        self._rgb, self._shown_in, self._is_old = rgb, (0, 0), False
        self._update()

    def tell(self, words: WindowWords) -> None:
        """Say this below the picture until the next words.

        Words in place of the picture hide it; it does not come back, only the next one does.
        """
        if words != self._words:
            self._words, self._shown_in = words, (0, 0)
            self._is_old = self._is_old or bool(words.dark)
            self._update()

    def keys(self) -> tuple[Action, ...]:
        """Return what was typed into it since the last call; `quit` if it is closed.

        Never waits. Call it ten times per second: the window only responds during this call.
        """
        self._update()
        typed, self._typed = "".join(self._typed), []
        return actions(typed) if self._open else ("quit",)

    def dragged(self) -> Area | None:
        """Return the part of the picture that was dragged over since the last call, if any."""
        dragged, self._dragged = self._dragged, None
        return dragged

    def close(self) -> None:
        """Close it; twice is fine."""
        if self._open:
            self._open = False
            self._root.destroy()

    def _appear(self, rgb: Pixels) -> None:
        """Open the window in the size of a picture, or smaller if the screen is small."""
        height, width = rgb.shape[:2]
        room = self._root.winfo_screenwidth(), self._root.winfo_screenheight()
        factor = min(1.0, LARGEST * room[0] / width, LARGEST * room[1] / height)
        self._root.minsize(SMALLEST_PX, SMALLEST_PX)
        wide, high = round(width * factor), round(height * factor)
        self._root.geometry(f"{wide}x{high + self._strip_px((wide, high))}")
        self._root.deiconify()

    def _update(self) -> None:
        """Handle keys, mouse and a new size, and draw."""
        try:
            if self._open:
                self._root.update()
            if self._open:  # the update may have closed it
                self._draw()
        except self._tk.TclError:  # the window was destroyed
            self._open = False
        error, self._error = self._error, None
        if error:
            raise error

    def _draw(self) -> None:
        """Draw the picture if it, or the size of the window, has changed."""
        size = self._canvas.winfo_width(), self._canvas.winfo_height()
        if self._rgb is None or size == self._shown_in:
            return
        room = self._room(size)
        height, width = self._rgb.shape[:2]
        factor = min(room[0] / width, room[1] / height)
        fitting = resized(self._rgb, max(1, round(width * factor)), max(1, round(height * factor)))
        self._photo.configure(data=_ppm(fitting))
        self._canvas.coords(self._image, room[0] // 2, room[1] // 2)
        self._canvas.itemconfigure(self._image, state="hidden" if self._is_old else "normal")
        self._canvas.delete(STRIP, NOTE, WARNING)
        if self._words:
            self._write(self._words, size, room)
        self._shown_in = size
        self._root.update_idletasks()

    def _room(self, size: tuple[int, int]) -> tuple[int, int]:
        """Return the width and height for the picture in a window of this size."""
        return size[0], max(1, size[1] - self._strip_px(size))

    def _strip_px(self, size: tuple[int, int]) -> int:
        return round(STRIP_LINES * _text_px(size)) if self._words else 0

    def _write(self, words: WindowWords, size: tuple[int, int], room: tuple[int, int]) -> None:
        """Write below the picture, and over it or in place of it."""
        text_px = _text_px(size)
        if words.now:
            self._write_strip(words, size, room[1], text_px)
        if self._is_old:
            middle, dark = (size[0] // 2, room[1] // 2), words.dark or WAITING
            self._text(middle, dark, 2 * text_px, INK, "s", NOTE)
            below = middle[0], middle[1] + text_px // 2
            self._text(below, words.hint, text_px, QUIET, "n", NOTE)
        elif words.alert:
            colours = GROUND, POSTURES["hunching"].dark
            self._band(words.alert, (size[0] // 2, room[1]), text_px, *colours)
        elif words.advice:
            self._band(words.advice, (size[0] // 2, room[1]), text_px, INK, GROUND)

    def _write_strip(
        self, words: WindowWords, size: tuple[int, int], top: int, text_px: int
    ) -> None:
        """Write what is going on below the picture, and when a break is due if it has room."""
        (width, height), left = size, text_px
        middle, mark = (top + height) // 2, text_px // 3
        self._canvas.create_rectangle(0, top, width, height, fill=GROUND, width=0, tags=STRIP)
        self._canvas.create_rectangle(0, top, mark, height, fill=words.colour, width=0, tags=STRIP)
        now = self._text((left, middle), words.now, text_px, INK, "w", STRIP)
        later = self._text((width - left, middle), words.later, text_px, QUIET, "e", STRIP)
        if self._canvas.bbox(later)[0] < self._canvas.bbox(now)[2] + left:
            self._canvas.delete(later)

    def _band(self, said: str, bottom: tuple[int, int], px: int, ink: str, ground: str) -> None:
        """Write an alert or advice on a band at the bottom of the picture."""
        at = bottom[0], bottom[1] - px // 2
        text = self._text(at, said, px, ink, "s", WARNING)
        band = 0, self._canvas.bbox(text)[1] - px // 2, 2 * bottom[0], bottom[1]
        self._canvas.create_rectangle(*band, fill=ground, width=0, tags=WARNING)
        self._canvas.tag_raise(text)

    def _text(
        self, at: tuple[int, int], said: str, px: int, colour: str, anchor: str, tag: str
    ) -> int:
        """Write a text that is no wider than the window."""
        look = {"text": said, "fill": colour, "anchor": anchor, "tags": tag, "justify": "center"}
        most = max(1, self._canvas.winfo_width() - 2 * px)
        font = ("sans-serif", -px)  # below 0: pixels
        return int(self._canvas.create_text(*at, font=font, width=most, **look))

    def _press(self, event: Any) -> None:
        self._corner = (event.x, event.y)

    def _pull(self, event: Any) -> None:
        """Show what is dragged over so far."""
        for frame in self._canvas.find_withtag(FRAME):
            self._canvas.coords(frame, *self._corner, event.x, event.y)
        self._canvas.itemconfigure(FRAME, state="normal")

    def _let_go(self, event: Any) -> None:
        self._canvas.itemconfigure(FRAME, state="hidden")
        if self._rgb is not None:
            size = self._room((self._canvas.winfo_width(), self._canvas.winfo_height()))
            height, width = self._rgb.shape[:2]
            self._dragged = area(self._corner, (event.x, event.y), size, (width, height))

    def _fail(self, kind: type[BaseException], error: BaseException, trace: object) -> None:
        """Keep an error of a callback, such as Ctrl-C; tkinter would only print it."""
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


def _text_px(size: tuple[int, int]) -> int:
    return min(max(round(TEXT_SHARE * min(size)), LEAST_TEXT_PX), MOST_TEXT_PX)


def _ppm(rgb: Pixels) -> bytes:
    """Return the picture in the format that Tk reads fastest."""
    height, width = rgb.shape[:2]
    return b"P6 %d %d 255\n" % (width, height) + rgb.tobytes()
