"""A figure is written whole, with text that is text, and is the same each time."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

import matplotlib as mpl
import pytest
from PIL import Image

from posture_cli.errors import DependencyError, OutputError, RequestError
from posture_cli.plot import files, over_time, paper
from posture_cli.plot.paper import METADATA, WIDTHS_CM, check, tint
from tests.plot.films import ANGLES, FORMATS, as_lines, film

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def write(tmp_path):
    table = tmp_path / "labels.csv"
    FORMATS[".csv"](film("sitting", "hunching", "hunching", "standing"), table)

    def write(name, width_cm=WIDTHS_CM["one"]):
        recording = files.read(table, ANGLES, None)
        with paper.style():
            figure = over_time.draw(recording, ANGLES, width_cm)
            paper.write(tmp_path / name, figure)
        return tmp_path / name

    return write


@pytest.mark.parametrize("ending", METADATA)
def test_a_figure_is_the_same_again_and_may_be_replaced(write, ending):
    first = write(f"a{ending}").read_bytes()
    check(write(f"a{ending}"))
    assert write(f"b{ending}").read_bytes() == first


def test_the_text_of_an_svg_is_text(write):
    root = ET.parse(write("a.svg")).getroot()
    words = ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]
    assert {"sitting", "hunching", "slump (°)", "time (s)", "slumped"} <= {*words}
    assert float(root.get("width").removesuffix("pt")) == pytest.approx(3.5 * 72)
    assert not re.search(r"\b(19|20)\d\d-\d\d-\d\d", ET.tostring(root, "unicode"))


@pytest.mark.skipif(not shutil.which("pdffonts"), reason="needs poppler-utils")
def test_the_letters_of_a_pdf_are_embedded_truetype(write):
    fonts = subprocess.run(["pdffonts", write("a.pdf")], capture_output=True, text=True, check=True)
    (font,) = fonts.stdout.splitlines()[2:]
    assert "DejaVuSans" in font and "TrueType" in font and "Type 3" not in font


def test_a_png_is_as_wide_as_the_column(write):
    with Image.open(write("a.png", WIDTHS_CM["two"])) as picture:
        assert picture.width == pytest.approx(7.16 * 300, abs=1)
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)


def test_settings_of_the_user_do_not_change_a_figure(write):
    first = write("a.svg").read_bytes()
    with mpl.rc_context({"font.size": 30, "axes.grid": True, "svg.fonttype": "path"}):
        assert write("b.svg").read_bytes() == first
        assert mpl.rcParams["font.size"] == 30


def test_what_we_did_not_write_is_not_replaced(tmp_path):
    photo = tmp_path / "photo.png"
    Image.new("RGB", (8, 8)).save(photo)
    with pytest.raises(OutputError, match="posture did not write it"):
        check(photo)


def test_an_unknown_ending_is_wrong_usage(tmp_path):
    with pytest.raises(RequestError, match="no ending of a figure") as caught:
        check(tmp_path / "a.gif")
    assert caught.value.hint == "choose one of .svg, .pdf, .png"


def test_without_matplotlib_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(DependencyError, match="needs matplotlib") as caught:
        check(tmp_path / "a.svg")
    assert "posture-cli[plot]" in caught.value.hint


def test_a_tint_is_the_colour_of_the_label_on_white():
    assert tint("sitting", 0.0) == (1, 1, 1)
    assert tint("sitting", 1.0) == pytest.approx((0, 0x72 / 255, 0xB2 / 255))


@pytest.mark.parametrize("ending", METADATA)
def test_any_name_of_a_film_can_be_written(tmp_path, ending):
    names = ["$x$ $_.mp4", "\x1b[2J\n.mp4", "\N{CJK UNIFIED IDEOGRAPH-89C6}.mp4"]
    lines = [line for name in names for line in film("sitting", "sitting", name=name)]
    found = files.read(as_lines(tmp_path / "labels.jsonl", *lines), ANGLES, None)
    with paper.style():
        paper.write(tmp_path / f"a{ending}", over_time.draw(found, ANGLES, 9.0))
    titles = [person.name for person in found.people]
    assert titles[::2] == names[::2] and titles[1].isprintable()
    if ending == ".svg":
        root = ET.parse(tmp_path / "a.svg").getroot()
        assert {*titles} <= {"".join(text.itertext()) for text in root.iter(f"{SVG}text")}
