"""Small deterministic videos, made without any other program."""

import numpy as np


def frames(width=96, height=64, count=6, depth=8, seed=1, noise=0, chroma="420"):
    """Planes of a moving texture; `noise` is the strength of its distortion."""
    random = np.random.default_rng(seed)
    top = (1 << depth) - 1
    base = random.integers(0, 256, (height + count, width + count))
    for axis in (0, 1):
        base = (base + np.roll(base, 1, axis) + np.roll(base, 2, axis)) // 3
    kind = np.uint8 if depth == 8 else np.dtype("<u2")
    for number in range(count):
        picture = base[number : number + height, number : number + width]
        picture = picture + random.integers(-noise, noise + 1, picture.shape)
        luma = np.clip(picture * top // 255, 0, top).astype(kind)
        columns, rows = {
            "400": (0, 0), "420": ((width + 1) // 2, (height + 1) // 2),
            "422": ((width + 1) // 2, height), "444": (width, height),
        }[chroma]  # fmt: skip
        blue = np.full((rows, columns), (top + 1) // 2 - number - noise, kind)
        yield [luma, blue, blue + 1] if chroma != "400" else [luma]


def write_raw(path, **options):
    path.write_bytes(b"".join(plane.tobytes() for planes in frames(**options) for plane in planes))
    return path


def write_y4m(path, width=96, height=64, depth=8, chroma="420", **options):
    tag = "mono" if chroma == "400" else chroma
    if depth > 8:
        tag += str(depth) if chroma == "400" else f"p{depth}"
    header = f"YUV4MPEG2 W{width} H{height} F25:1 Ip A1:1 C{tag}\n".encode()
    data = b"".join(
        b"FRAME\n" + b"".join(plane.tobytes() for plane in planes)
        for planes in frames(width, height, depth=depth, chroma=chroma, **options)
    )
    path.write_bytes(header + data)
    return path
