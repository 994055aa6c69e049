"""Encoding of what the page shows."""

import io
from typing import Any

QUALITY = 80


def encoded(image: Any) -> bytes:
    """The Pillow image as WebP bytes, colours as they are, nothing else of the original kept."""
    if image.mode not in {"RGB", "RGBA", "L"}:
        image = image.convert("RGB")
    target = io.BytesIO()
    image.save(target, "WEBP", quality=QUALITY, method=4)
    return target.getvalue()
