"""Pictures that the library wrote, read by Pillow and zlib.

`swift test` writes them where `TINYVMAF_INTEROP_DIR` says:

    TINYVMAF_INTEROP_DIR=.build/interop swift test --filter StillImagesTests.InteropFiles
    TINYVMAF_INTEROP_DIR=.build/interop pytest Interop/test_images.py
"""

import io
import os
import pathlib
import zlib

import numpy
import pytest
from PIL import Image

ROOT = os.environ.get("TINYVMAF_INTEROP_DIR")
pytestmark = pytest.mark.skipif(ROOT is None, reason="TINYVMAF_INTEROP_DIR is not set")
FOLDER = pathlib.Path(ROOT or ".") / "images"


def raw(name):
    """The samples of a picture, by its name."""
    path = next(FOLDER.glob(f"{name}-*.rgb"))
    width, height = map(int, path.stem.rsplit("-", 1)[1].split("x"))
    return numpy.frombuffer(path.read_bytes(), numpy.uint8).reshape(height, width, 3)


def decoded(name):
    with Image.open(FOLDER / name) as image:
        image.load()
        assert image.mode == "RGB"
        return numpy.asarray(image)


@pytest.mark.parametrize("name", ["scene", "noise", "pixel", "flat"])
def test_png_is_exact(name):
    assert numpy.array_equal(decoded(f"{name}.png"), raw(name))


def test_png_is_about_as_small_as_pillows():
    for name in ["scene", "noise"]:
        other = io.BytesIO()
        Image.fromarray(raw(name)).save(other, "png")
        assert (FOLDER / f"{name}.png").stat().st_size <= 1.08 * len(other.getvalue())


@pytest.mark.parametrize("name", ["scene", "noise", "pixel", "flat"])
@pytest.mark.parametrize("quality", [30, 75, 95])
def test_jpeg_is_as_good_as_pillows(name, quality):
    """The same error as libjpeg's at the same quality, in no more bytes."""
    original = raw(name).astype(float)
    own = decoded(f"{name}-{quality}.jpg").astype(float)
    other = io.BytesIO()
    Image.fromarray(raw(name)).save(other, "jpeg", quality=quality, subsampling=2, optimize=True)
    peer = numpy.asarray(Image.open(other)).astype(float)
    own_error = numpy.mean((own - original) ** 2)
    peer_error = numpy.mean((peer - original) ** 2)
    assert own_error <= 1.05 * peer_error + 1
    size = (FOLDER / f"{name}-{quality}.jpg").stat().st_size
    assert size <= 1.02 * len(other.getvalue()) + 32


@pytest.mark.parametrize("size", [(80, 45), (31, 141), (300, 200)])
def test_scaling_is_pillows_bicubic(size):
    expected = numpy.asarray(Image.fromarray(raw("scene")).resize(size, Image.Resampling.BICUBIC))
    found = decoded(f"scene-to-{size[0]}x{size[1]}.png")
    assert numpy.abs(found.astype(int) - expected.astype(int)).max() <= 2


def test_zlib_streams():
    for path in FOLDER.glob("*.zlib"):
        plain = path.with_suffix(".bin").read_bytes()
        assert zlib.decompress(path.read_bytes()) == plain, path.name
        assert path.stat().st_size <= 1.06 * len(zlib.compress(plain, 6)) + 16, path.name
