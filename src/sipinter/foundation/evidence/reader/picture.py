"""Pictures (PNG, JPEG, WebP, TIFF): sound or not, and redrawn for the page."""

import warnings
from typing import Any

from .encoding import encode_picture, flatten_on_white
from .faults import DAMAGED, NOT_THERE, TOO_MANY_PIXELS, TRUNCATED, ReaderFault

FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "TIFF": "image/tiff"}
PIXELS = 80_000_000
FRAMES = 500
WIDEST, TALLEST = 1000, 3000
SHRINKABLE = {"L", "LA", "RGB", "RGBA", "CMYK", "YCbCr"}


def open_picture(path: str) -> Any:
    """The picture, its size checked before one pixel is decoded."""
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # the limit below is ours, with its own sentence
    warnings.simplefilter("ignore")
    try:
        image = Image.open(path, formats=list(FORMATS))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise ReaderFault(DAMAGED) from error
    check_size(image)
    return image


def check_size(image: Any) -> None:
    """ReaderFault(too_many_pixels) for a picture that would take too much memory."""
    width, height = image.size
    if width * height > PIXELS:
        raise ReaderFault(TOO_MANY_PIXELS, f"{width} x {height}")
    if not width or not height:
        raise ReaderFault(DAMAGED)


def decode_frame(image: Any) -> None:
    """Decode the current frame whole; ReaderFault when the data end early or are broken."""
    try:
        image.load()
    except OSError as error:
        raise ReaderFault(TRUNCATED if "truncated" in str(error) else DAMAGED) from error


def inspect_picture(path: str) -> dict[str, Any]:
    """Type and number of frames (a TIFF's pages); every frame's size and the first one's data are checked.

    `inspect_frame` checks another's data.
    """
    with open_picture(path) as image:
        media_type = FORMATS[image.format]
        if media_type == "image/png":
            verify_png(path)
        frames = getattr(image, "n_frames", 1) if media_type == "image/tiff" else 1
        if frames > FRAMES:
            raise ReaderFault(TOO_MANY_PIXELS, str(frames))
        for number in range(frames):
            if number:
                image.seek(number)
                check_size(image)
            else:
                decode_frame(image)
    return {"media_type": media_type, "pages": frames, "flags": []}


def inspect_frame(path: str, number: int) -> dict[str, Any]:
    """Nothing; ReaderFault when the data of frame `number` (from 1) are cut or broken."""
    with open_picture(path) as image:
        seek_frame(image, number)
        decode_frame(image)
    return {}


def seek_frame(image: Any, number: int) -> None:
    """Go to frame `number` (from 1) and check its size."""
    try:
        image.seek(number - 1)
    except (EOFError, ValueError) as error:
        raise ReaderFault(NOT_THERE) from error
    check_size(image)


def verify_png(path: str) -> None:
    """A PNG's checksums."""
    with open_picture(path) as image:
        try:
            image.verify()
        except (OSError, SyntaxError, ValueError) as error:
            raise ReaderFault(DAMAGED) from error


def read_frame(path: str, number: int) -> Any:
    """Frame `number` (from 1), turned as the camera says, and not much larger than the page shows it."""
    from PIL import ImageOps

    image = open_picture(path)
    if image.format == "JPEG":
        image.draft("RGB", (WIDEST * 2, TALLEST * 2))
    seek_frame(image, number)
    decode_frame(image)
    if image.mode in SHRINKABLE:
        image.thumbnail((TALLEST, TALLEST))  # before it is copied: a whole scan takes up to 320 MB
    return ImageOps.exif_transpose(image)


def fit_size(width: int, height: int) -> tuple[int, int]:
    """Size that fits the page; never larger than the picture itself."""
    scale = min(1.0, WIDEST / width, TALLEST / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def frame_picture(path: str, number: int) -> bytes:
    """Frame `number` (from 1) as a picture at most 1000 pixels wide, without its metadata."""
    image = read_frame(path, number)
    if image.mode in {"I;16", "I", "F"}:  # 16-bit scans: keep the upper byte
        image = image.point(lambda value: value / 256).convert("L")
    image = flatten_on_white(image)
    return encode_picture(image.resize(fit_size(*image.size), reducing_gap=2.0))


def picture_pages(path: str, first: int, last: int) -> list[dict[str, Any]]:
    """Width and height of the frames from `first` to `last`; pictures have no text."""
    found = []
    with open_picture(path) as image:
        frames = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
        for number in range(first, min(last, frames) + 1):
            image.seek(number - 1)
            width, height = fit_size(*turned_size(image))
            found.append({"number": number, "width": width, "height": height, "text": ""})
    return found


def turned_size(image: Any) -> tuple[int, int]:
    """Size after the camera's turn (Exif orientation 5-8 swaps the sides)."""
    width, height = image.size
    return (height, width) if image.getexif().get(0x0112, 1) in {5, 6, 7, 8} else (width, height)
