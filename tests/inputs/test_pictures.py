"""Pictures of every kind become upright 8-bit RGB, or an error that says why not."""

from __future__ import annotations

import io
import os
import struct
import zlib
from base64 import b64decode
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from posture_cli.errors import DependencyError, PostureError, SourceError
from posture_cli.inputs import decode, pictures
from posture_cli.inputs.items import items
from posture_cli.inputs.pictures import Picture, load
from posture_cli.vision import cv2
from tests.people import SAMPLES

COLOURS = np.array([[[250, 10, 10], [10, 250, 10]], [[10, 10, 250], [250, 250, 250]]], np.uint8)
SMALL = Image.fromarray(COLOURS.repeat(16, axis=0).repeat(24, axis=1))  # 48 x 32


def decoded(path: Path) -> np.ndarray:
    return load(Picture(str(path))).rgb


def names(*inputs: str, stdin: bytes = b"") -> list[str]:
    return [item.name for item in items(inputs, stdin=io.BytesIO(stdin))]


def problem(name: str, stdin: bytes = b"", kind: type[PostureError] = SourceError) -> PostureError:
    (item,) = items([name], stdin=io.BytesIO(stdin))
    with pytest.raises(kind) as caught:
        item.load().rgb  # noqa: B018 - damage shows when pixels are decoded
    return caught.value


@pytest.mark.parametrize(
    "name",
    [
        *("a.png", "a.bmp", "a.tif", "a.jpg", "a.webp", "a.gif", "a.avif", "a.jp2", "a.mpo"),
        *("a.JPE", "a.jfif", "a.PNG"),
    ],
)
def test_every_format_gives_the_same_picture(tmp_path: Path, name: str) -> None:
    SMALL.save(tmp_path / name, quality=95)
    away = np.abs(decoded(tmp_path / name).astype(int) - np.asarray(SMALL))
    assert np.median(away) <= 12
    assert names(str(tmp_path)) == [str(tmp_path / name)]


HEIC = b64decode(
    "AAAAHGZ0eXBoZWl4AAAAAG1pZjFoZWl4bWlhZgAAAX5tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAA"
    "AAAAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAABogABAAAAAAAAALYAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAAB"
    "AABodmMxAAAAAA5waXRtAAAAAAABAAAA/mlwcnAAAADeaXBjbwAAAHdodmNDAQQIAAAAnjgAAAAAHvAA/P/4+AAADw"
    "NgAAEAF0ABDAH//wQIAAADAJ44AAADAAAeugJAYQABACpCAQEECAAAAwCeOAAAAwAAHpAEECCy3VyU1zcBDQYEAAAD"
    "AGQAAAMABCBiAAEACEQBwXMYMAiQAAAAE2NvbHJuY2x4AAEADQAGgAAAABRpc3BlAAAAAAAAAEAAAABAAAAAKGNsYX"
    "AAAAAwAAAAAQAAACAAAAAB////8AAAAAL////gAAAAAgAAABBwaXhpAAAAAAMICAgAAAAYaXBtYQAAAAAAAAABAAEF"
    "gQIDBYQAAAC+bWRhdAAAALIoAa8J4OOVIsRxOEf/3mG//ccaH2GRb3KDzbSw/Tk/+/bP+wcq9r2GNwhuZAf+Af8esP"
    "v/hIunoSVGNQtQ1UCfzZbQRv0PcEmHGCiXLJM/YQsOgmy/JkbQqAzqM380SjrbIfo8+RYTil/Mz5i9GdQ6NOl/joyk"
    "kq2IaXZP1VercaGbkTmK3ls8NsGO1BE9yBAOD0Aqy/HRlJJVsRusj64vXdNf9yubW6btYRncOn8EG8NM"
)
"""`SMALL`, encoded by pillow-heif: posture and its tests can only decode it."""


def test_heic_gives_the_same_picture(tmp_path: Path) -> None:
    pytest.importorskip("pi_heif", reason="what reads HEIC is not installed: the extra `heic`")
    path = tmp_path / "IMG_0001.HEIC"
    path.write_bytes(HEIC)
    np.testing.assert_allclose(decoded(path), np.asarray(SMALL).astype(int), atol=12)
    assert names(str(tmp_path)) == [str(path)]


def test_without_what_reads_heic_the_error_names_the_extra(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "a.heic").write_bytes(HEIC)
    monkeypatch.setattr(decode, "register_heif_opener", None)
    monkeypatch.delitem(decode.FORMATS, "HEIF", raising=False)
    error = problem(str(tmp_path / "a.heic"), kind=DependencyError)
    assert (error.code, "posture-cli[heic]" in error.hint) == ("dependency", True)


@pytest.mark.parametrize(
    ("orientation", "stored_as"),
    [
        (3, Image.Transpose.ROTATE_180),
        (6, Image.Transpose.ROTATE_90),
        (8, Image.Transpose.ROTATE_270),
        (2, Image.Transpose.FLIP_LEFT_RIGHT),
    ],
)
@pytest.mark.parametrize("ending", ["png", "tif", "webp"])
def test_exif_orientation_is_undone(
    tmp_path: Path, orientation: int, stored_as: Image.Transpose, ending: str
) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    path = tmp_path / f"a.{ending}"
    SMALL.transpose(stored_as).save(path, exif=exif, lossless=True)
    np.testing.assert_array_equal(decoded(path), np.asarray(SMALL))


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "RGBX"])
def test_other_modes_become_rgb(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "a.tif"
    SMALL.convert(mode).save(path)
    assert decoded(path).shape == (32, 48, 3)
    np.testing.assert_allclose(decoded(path)[0, 0], _through(mode)[0, 0], atol=3)


def _through(mode: str) -> np.ndarray:
    return np.asarray(SMALL.convert(mode).convert("RGB"), int)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_is_shown_on_white(tmp_path: Path, mode: str) -> None:
    clear = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    path = tmp_path / "a.png"
    clear.convert(mode).save(path, **({"transparency": 0} if mode == "P" else {}))
    assert decoded(path).min() == 255


@pytest.mark.parametrize("ending", ["png", "tif"])
def test_sixteen_bit_grey_is_scaled_down(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    Image.fromarray(np.full((4, 4), 0x80FF, np.uint16)).save(path)
    np.testing.assert_array_equal(decoded(path), np.full((4, 4, 3), 0x80))


NOISE = np.random.default_rng(0).integers(0, 4096, (40, 30)).astype(np.uint16)
DEEP = {
    "10 bits": NOISE >> 2,
    "12 bits": NOISE,
    "16 bits": NOISE << 4,
    "a part of 16 bits": NOISE + 30_000,
    "32 bits": NOISE.astype(np.int32) * 100_000,
    "below zero": NOISE.astype(np.int32) - 2000,
    "degrees": NOISE.astype(np.float32) / 100 - 20,
}


@pytest.mark.parametrize("values", DEEP.values(), ids=DEEP)
def test_deep_greys_fill_the_range_of_eight_bits_whatever_theirs_is(
    tmp_path: Path, values: np.ndarray
) -> None:
    Image.fromarray(values).save(tmp_path / "a.tif")
    found = decoded(tmp_path / "a.tif")[:, :, 0].astype(int)
    assert (found.min(), found.max()) == (0, 255)
    np.testing.assert_allclose(found, NOISE / 16, atol=3)


COLOUR_NOISE = np.dstack([NOISE, NOISE // 2, 4095 - NOISE])


def png(values: np.ndarray) -> bytes:
    """Return a PNG of 16 bits a channel: Pillow writes none but greys."""
    height, width, channels = values.shape
    colour = {2: 4, 3: 2, 4: 6}[channels]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    head = struct.pack(">IIBBBBB", width, height, 16, colour, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    framed = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(framed)


@pytest.mark.parametrize("factor", [1, 16], ids=["12 bits", "16 bits"])
def test_deep_colours_fill_the_range_of_eight_bits_and_keep_their_hue(
    tmp_path: Path, factor: int
) -> None:
    values = (COLOUR_NOISE * factor).astype(np.uint16)
    (tmp_path / "a.png").write_bytes(png(values))
    cv2.imwrite(str(tmp_path / "a.tif"), np.ascontiguousarray(values[:, :, ::-1]))
    for name in ("a.png", "a.tif"):
        np.testing.assert_allclose(decoded(tmp_path / name), COLOUR_NOISE / 16, atol=3)


@pytest.mark.parametrize("grey", [True, False])
def test_where_deep_colours_are_clear_there_is_white(tmp_path: Path, grey: bool) -> None:
    alpha = np.full(NOISE.shape, 0xFFFF, np.uint16)
    alpha[:20] = 0
    values = np.dstack([NOISE, alpha]) if grey else np.dstack([COLOUR_NOISE, alpha])
    (tmp_path / "a.png").write_bytes(png(values))
    found = decoded(tmp_path / "a.png")
    assert found[:20].min() == 255
    wanted = COLOUR_NOISE[20:, :, :1] if grey else COLOUR_NOISE[20:]
    np.testing.assert_allclose(found[20:], np.broadcast_to(wanted / 16, (20, 30, 3)), atol=3)


def test_deep_colours_may_have_fewer_pixels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decode, "MAX_DEEP_PIXELS", NOISE.size - 1)
    SMALL.save(tmp_path / "a.tif")
    assert decoded(tmp_path / "a.tif").size > NOISE.size
    (tmp_path / "a.png").write_bytes(png(COLOUR_NOISE.astype(np.uint16)))
    assert problem(str(tmp_path / "a.png")).code == "too_large"


def test_a_damaged_picture_of_deep_colours_is_an_error(tmp_path: Path) -> None:
    whole = png(COLOUR_NOISE.astype(np.uint16))
    (tmp_path / "a.png").write_bytes(whole[:41] + bytes(40) + whole[81:])
    with pytest.raises(SourceError):
        load(Picture(str(tmp_path / "a.png")))


def test_a_dead_pixel_and_one_without_a_value_do_not_darken_the_others(tmp_path: Path) -> None:
    values = NOISE.repeat(40, axis=1).astype(np.float32)
    values[0, :2] = np.nan, 1e9
    Image.fromarray(values).save(tmp_path / "a.tif")
    found = decoded(tmp_path / "a.tif")[1:, :, 0].astype(int)
    np.testing.assert_allclose(found, values[1:] / 16, atol=3)


def test_a_deep_grey_without_any_value_is_refused(tmp_path: Path) -> None:
    Image.fromarray(np.full((4, 4), np.nan, np.float32)).save(tmp_path / "a.tif")
    assert "without any value" in problem(str(tmp_path / "a.tif")).message


@pytest.mark.parametrize("ending", ["gif", "webp", "png"])
def test_of_an_animation_the_first_frame_counts(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    red, blue = Image.new("RGB", (9, 9), (255, 0, 0)), Image.new("RGB", (9, 9), (0, 0, 255))
    red.save(path, save_all=True, append_images=[blue], lossless=True)
    np.testing.assert_array_equal(decoded(path)[4, 4], [255, 0, 0])


def test_a_misnamed_picture_is_known_by_its_content(tmp_path: Path) -> None:
    SMALL.save(tmp_path / "a.png")
    (tmp_path / "a.png").rename(tmp_path / "a.jpg")
    np.testing.assert_array_equal(decoded(tmp_path / "a.jpg"), np.asarray(SMALL))


def _bytes(ending: str) -> bytes:
    buffer = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 255, (90, 90, 3), np.uint8)
    Image.fromarray(noise).save(buffer, ending)
    return buffer.getvalue()


@pytest.mark.parametrize("ending", ["jpeg", "png", "webp", "bmp", "tiff", "gif"])
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_truncated_picture_is_damaged(tmp_path: Path, ending: str, share: float) -> None:
    whole = _bytes(ending)
    path = tmp_path / f"a.{ending}"
    path.write_bytes(whole[: int(len(whole) * share)])
    assert problem(str(path)).code in ("damaged", "unreadable")


def test_a_png_with_a_flipped_byte_is_damaged(tmp_path: Path) -> None:
    broken = bytearray(_bytes("png"))
    broken[len(broken) // 2] ^= 0xFF
    (tmp_path / "a.png").write_bytes(broken)
    assert problem(str(tmp_path / "a.png")).code == "damaged"


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty"), (b"no picture", "unreadable"), (b"\x00\x01\x02" * 50, "unreadable")],
)
def test_what_is_no_picture_is_said_to_be_none(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "a.jpg").write_bytes(content)
    assert problem(str(tmp_path / "a.jpg")).code == code


@pytest.mark.parametrize("side", [10_000, 20_000])
def test_a_picture_with_too_many_pixels_is_refused_unread(tmp_path: Path, side: int) -> None:
    path = tmp_path / "huge.png"
    Image.new("1", (side, side)).save(path)
    error = problem(str(path))
    assert error.code == "too_large"
    assert f"{decode.MAX_PIXELS // 1_000_000} megapixels" in error.hint


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("no_such_file.jpg", "not_found"),
        ("no_such_*.jpg", "not_found"),
        ("https://example.org/a.jpg", "url"),
        ("rtsp://camera/stream", "url"),
    ],
)
def test_what_cannot_be_read_says_so_and_what_to_do(name: str, code: str) -> None:
    error = problem(name)
    assert (error.code, bool(error.hint)) == (code, True)


def test_a_video_is_not_one_picture() -> None:
    with pytest.raises(SourceError) as caught:
        load(Picture(str(SAMPLES / "desk.mp4")))
    assert caught.value.code == "video"


def test_a_folder_is_searched_through_in_order_without_hidden_ones(tmp_path: Path) -> None:
    for name in ("b.png", "a.JPG", "c/d.gif", ".hidden/e.png", ".f.png", "g.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    expected = [str(tmp_path / name) for name in ("a.JPG", "b.png", "c/d.gif")]
    assert names(str(tmp_path)) == expected


def test_a_folder_without_pictures_is_a_problem(tmp_path: Path) -> None:
    assert problem(str(tmp_path)).code == "not_found"


def test_a_pattern_is_expanded_in_order(tmp_path: Path) -> None:
    for name in ("2.png", "1.png", "3.jpg"):
        (tmp_path / name).write_bytes(b"x")
    assert names(str(tmp_path / "*.png")) == [str(tmp_path / "1.png"), str(tmp_path / "2.png")]


def test_a_name_with_brackets_that_exists_is_no_pattern(tmp_path: Path) -> None:
    (tmp_path / "a[1].png").write_bytes(b"x")
    assert names(str(tmp_path / "a[1].png")) == [str(tmp_path / "a[1].png")]


def test_a_picture_on_standard_input_is_read_from_there() -> None:
    (item,) = items(["-"], stdin=io.BytesIO(_bytes("png")))
    assert (item.name, item.load().size) == ("-", (90, 90))


@pytest.mark.parametrize("separator", [b"\n", b"\r\n", b"\0"])
def test_a_list_of_paths_on_standard_input_is_followed(tmp_path: Path, separator: bytes) -> None:
    wanted = [tmp_path / "a b.png", tmp_path / "ü.png"]
    for path in wanted:
        path.write_bytes(b"x")
    listing = separator.join(str(path).encode() for path in wanted) + separator
    assert names("-", stdin=listing) == [str(path) for path in wanted]


@pytest.mark.parametrize("stdin", [b"", b"\n\n", b"\x89PNG\x00\x01\x02 torn"])
def test_nothing_useful_on_standard_input_is_a_problem(stdin: bytes) -> None:
    assert problem("-", stdin).hint


def test_a_torn_exif_tag_does_not_lose_the_picture(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0128] = 2
    exif[0x0112] = 6
    path = tmp_path / "a.jpg"
    SMALL.transpose(Image.Transpose.ROTATE_90).save(path, exif=exif, quality=95)
    torn = path.read_bytes().replace(b"\x01\x28\x00\x03", b"\x01\x28\x00\x02")
    torn = torn.replace(b"\x28\x01\x03\x00", b"\x28\x01\x02\x00")
    assert torn != path.read_bytes()
    path.write_bytes(torn)
    assert decoded(path).shape == (32, 48, 3)


@pytest.mark.parametrize("name", ["", "x" * 300 + ".jpg", "a\0b.jpg"])
def test_a_name_that_cannot_be_is_a_problem(name: str) -> None:
    assert problem(name).hint


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs device files")
def test_what_could_be_endless_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    assert "endless" in problem(str(tmp_path / "pipe.jpg")).message
    assert "endless" in problem(str(tmp_path)).message
    assert "endless" in problem("/dev/zero").message


def test_a_folder_that_results_go_to_is_not_searched(tmp_path: Path) -> None:
    for name in ("a.png", "out/a.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    found = items([str(tmp_path)], leave_out=[tmp_path / "out"])
    assert [item.name for item in found] == [str(tmp_path / "a.png")]


def test_a_list_may_start_with_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"x")
    listing = b"\xef\xbb\xbf" + str(tmp_path / "a.png").encode()
    assert names("-", stdin=listing) == [str(tmp_path / "a.png")]


def test_sides_that_opencv_cannot_warp_are_refused(tmp_path: Path) -> None:
    Image.new("L", (decode.MAX_SIDE_PX + 1, 2)).save(tmp_path / "a.png")
    assert problem(str(tmp_path / "a.png")).code == "too_large"


def test_lines_of_a_file_are_read_one_at_a_time(tmp_path: Path) -> None:
    file = tmp_path / "long.jsonl"
    file.write_bytes(b"{}\r\n\n" + b"x" * 100)
    lines = pictures.lines(str(file), 50)
    assert [next(lines), next(lines)] == [b"{}\r\n", b"\n"]
    with pytest.raises(SourceError, match="a line has more than"):
        next(lines)
    with pytest.raises(SourceError, match="no such file"):
        next(pictures.lines(str(tmp_path / "none"), 50))


def test_too_little_memory_is_called_that(monkeypatch):
    def no_room(*_):
        raise MemoryError

    monkeypatch.setattr(pictures.reading, "content", no_room)
    with pytest.raises(SourceError, match="cannot be read: there is not enough memory") as error:
        pictures.content(str(SAMPLES / "sitting_01.jpg"))
    assert error.value.code == "memory"
    with pytest.raises(SourceError, match="there is not enough memory"), decode.explained():
        raise MemoryError
