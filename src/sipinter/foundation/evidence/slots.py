"""What evidence puts into the pages under it."""

from sipinter.foundation.web.robots import PRIVATE_PATHS

PRIVATE_PATHS.put(60, ("/bukti/", "/unggah/"))
