"""Read MXNet's weights: every version byte by byte, and files that are not weights."""

from __future__ import annotations

import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posture_cli.errors import ModelError
from posture_cli.estimators.gluon.params import read_params

WEIGHTS = np.arange(6, dtype="<f4").reshape(2, 3) / 7
V1, V2, V3 = 0xF993FAC8, 0xF993FAC9, 0xF993FACA
CONTEXT = struct.pack("<2i", 1, 0)  # the processor, number 0


def shape_of_old(shape: tuple[int, ...]) -> bytes:
    return struct.pack(f"<I{len(shape)}I", len(shape), *shape)


def shape_of_v1(shape: tuple[int, ...]) -> bytes:
    return struct.pack(f"<Ii{len(shape)}q", V1, len(shape), *shape)


def shape_of_v2(shape: tuple[int, ...], magic: int = V2, storage: int = 0) -> bytes:
    return struct.pack(f"<Iii{len(shape)}q", magic, storage, len(shape), *shape)


def shape_of_v3(shape: tuple[int, ...]) -> bytes:
    return shape_of_v2(shape, V3)


def stored(values: np.ndarray = WEIGHTS, shape=shape_of_v2, number: int = 0) -> bytes:
    """One array as MXNet stores it."""
    return shape(values.shape) + CONTEXT + struct.pack("<i", number) + values.tobytes()


def names(*texts: str) -> bytes:
    coded = [text.encode() for text in texts]
    each = (struct.pack("<Q", len(text)) + text for text in coded)
    return struct.pack("<Q", len(coded)) + b"".join(each)


def file(*arrays: bytes, called: bytes | None = None, magic: int = 0x112) -> bytes:
    called = names(*(f"w{i}" for i in range(len(arrays)))) if called is None else called
    return struct.pack("<3Q", magic, 0, len(arrays)) + b"".join(arrays) + called


GOOD = file(stored(), stored(np.ones((4,), "<f4")))


@pytest.fixture
def read(tmp_path):
    """Return the arrays in a file with this content."""

    def of(content: bytes) -> dict[str, np.ndarray]:
        path = tmp_path / "net.params"
        path.write_bytes(content)
        return read_params(path)

    return of


@pytest.mark.parametrize("shape", [shape_of_old, shape_of_v1, shape_of_v2, shape_of_v3])
def test_every_version_is_read(read, shape):
    found = read(file(stored(shape=shape), stored(WEIGHTS[0], shape)))
    assert list(found) == ["w0", "w1"]
    np.testing.assert_array_equal(found["w0"], WEIGHTS)
    np.testing.assert_array_equal(found["w1"], WEIGHTS[0])


@pytest.mark.parametrize(
    ("number", "kind"),
    list(enumerate(["<f4", "<f8", "<f2", "u1", "<i4", "i1", "<i8", "?"])),
    ids=["f32", "f64", "f16", "u8", "i32", "i8", "i64", "bool"],
)
def test_every_type_becomes_float32(read, number, kind):
    values = np.array([[0, 1], [1, 0]], kind)
    found = read(file(stored(values, number=number)))["w0"]
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, values.astype(np.float32))


def test_float32_is_not_copied(read):
    found = read(file(stored()))["w0"]
    assert not found.flags.owndata
    assert not found.flags.writeable


def test_an_array_outlives_the_reader_and_the_file_s_name(tmp_path):
    path = tmp_path / "net.params"
    path.write_bytes(GOOD)
    found = read_params(path)
    replacement = tmp_path / "other"
    replacement.write_bytes(file(stored(np.zeros((9, 9), "<f4"))))
    replacement.replace(path)
    np.testing.assert_array_equal(found["w0"], WEIGHTS)


def test_names_lose_the_prefix_of_a_symbol(read):
    called = names("arg:conv.weight", "aux:norm.running_mean")
    found = read(file(stored(), stored(), called=called))
    assert list(found) == ["conv.weight", "norm.running_mean"]


def test_a_number_without_axes_is_a_v3_array(read):
    assert read(file(stored(np.array(2.5, "<f4"), shape_of_v3)))["w0"] == 2.5


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"PK\x03\x04" + bytes(60), "another format"),
        (file(stored(), magic=0x113), "another format"),
        (bytes(64), "another format"),
        (GOOD[:12], "too early"),
        (GOOD[:-1], "too early"),
        (GOOD + b"\0", "data after its end"),
        (file(stored(), called=names()), "its own name"),
        (file(stored(), called=names("a", "b")), "its own name"),
        (file(stored(), stored(), called=names("a", "a")), "its own name"),
        (file(stored(), stored(), called=names("arg:a", "aux:a")), "its own name"),
        (file(stored(), called=struct.pack("<2Q", 1, 2) + b"\xff\xfe"), "UTF-8"),
        (file(stored(shape=lambda s: shape_of_v2(s, storage=1))), "sparse"),
        (file(stored(shape=lambda s: shape_of_v2(s, storage=2))), "sparse"),
        (file(stored(number=8)), "type 8"),
        (file(stored(number=12)), "type 12"),
        (file(stored(number=-1)), "type -1"),
        (file(shape_of_v2(())), "0 axes"),
        (file(struct.pack("<Iii", V2, 0, -1)), "-1 axes"),
        (file(struct.pack("<I", 0xF993FACB)), "axes"),
        (file(struct.pack("<Iii", V2, 0, 33) + bytes(400)), "33 axes"),
        (file(stored(np.ones((0, 3), "<f4"))), "shape"),
        (file(shape_of_v2((-1, 3)) + bytes(20)), "shape"),
        (file(shape_of_v2((2**62, 2**62)) + bytes(20)), "too early"),
        (file(shape_of_v2((2**63 - 1,) * 30) + bytes(20)), "too early"),
        (file(shape_of_old((2**32 - 1,) * 4) + bytes(20)), "too early"),
        (struct.pack("<3Q", 0x112, 0, 2**64 - 1) + stored(), "too early"),
        (file(stored(), called=struct.pack("<Q", 2**63)), "too early"),
        (file(stored(), called=struct.pack("<2Q", 1, 2**64 - 1)), "too early"),
    ],
)
def test_a_file_that_is_not_weights_is_refused(read, content, why):
    with pytest.raises(ModelError, match=why) as caught:
        read(content)
    assert "net.params" in caught.value.message
    assert "fetch the file again" in caught.value.hint


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(ModelError, match="missing"):
        read_params(tmp_path / "gone.params")


def test_a_folder_is_an_error(tmp_path):
    with pytest.raises(ModelError):
        read_params(tmp_path)


def test_a_wrong_size_costs_no_memory(read):
    lie = file(shape_of_v2((2**40,)) + CONTEXT + struct.pack("<i", 0) + bytes(64))
    tracemalloc.start()
    with pytest.raises(ModelError):
        read(lie)
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def read_or_refused(path: Path, content: bytes) -> dict[str, np.ndarray] | None:
    path.write_bytes(content)
    try:
        return read_params(path)
    except ModelError:
        return None


HOSTILE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)


@HOSTILE
@given(cut=st.integers(0, len(GOOD) - 1))
def test_a_truncated_file_is_never_read(tmp_path, cut):
    assert read_or_refused(tmp_path / "torn", GOOD[:cut]) is None


@HOSTILE
@given(changes=st.dictionaries(st.integers(0, len(GOOD) - 1), st.integers(0, 255), min_size=1))
def test_a_changed_file_is_read_or_refused_and_nothing_else(tmp_path, changes):
    content = bytearray(GOOD)
    for place, value in changes.items():
        content[place] = value
    found = read_or_refused(tmp_path / "changed", bytes(content)) or {}
    assert sum(values.nbytes for values in found.values()) <= 8 * len(GOOD)


@HOSTILE
@given(rubbish=st.binary(max_size=200), head=st.sampled_from([0, 8, 16, 24, 28, 32, 36, 60]))
def test_garbage_after_a_good_beginning_is_read_or_refused(tmp_path, rubbish, head):
    found = read_or_refused(tmp_path / "rubbish", GOOD[:head] + rubbish) or {}
    assert all(values.dtype == np.float32 for values in found.values())


def test_mxnet_reads_the_same(tmp_path):
    reason = "MXNet is not installed, so there is nothing to compare with"
    reference = pytest.importorskip("tests.estimators.gluon.reference", reason=reason)
    mx, rng = reference.mx, np.random.default_rng(0)
    kinds = ("float32", "float64", "float16", "uint8", "int32", "int8", "int64")
    path = tmp_path / "mxnet.params"
    with reference.quiet():
        saved = {kind: mx.nd.array(rng.uniform(0, 9, (3, 2)), dtype=kind) for kind in kinds}
        saved["arg:conv.weight"] = mx.nd.array(rng.normal(size=(4, 3, 5, 5)))
        mx.nd.save(str(path), saved)
        loaded = {name: array.asnumpy() for name, array in mx.nd.load(str(path)).items()}
    theirs = {name.removeprefix("arg:"): values for name, values in loaded.items()}
    ours = read_params(path)
    assert ours.keys() == theirs.keys()
    for name, values in ours.items():
        assert values.tobytes() == theirs[name].astype(np.float32).tobytes(), name


@pytest.mark.parametrize("shape", [shape_of_old, shape_of_v1, shape_of_v2])
def test_mxnet_reads_the_same_from_every_version(tmp_path, shape):
    reason = "MXNet is not installed, so there is nothing to compare with"
    reference = pytest.importorskip("tests.estimators.gluon.reference", reason=reason)
    path = tmp_path / "versions.params"
    path.write_bytes(file(stored(shape=shape), stored(WEIGHTS[0], shape)))
    with reference.quiet():
        theirs = {k: a.asnumpy() for k, a in reference.mx.nd.load(str(path)).items()}
    ours = read_params(path)
    assert ours.keys() == theirs.keys()
    for name, values in ours.items():
        np.testing.assert_array_equal(values, theirs[name])
