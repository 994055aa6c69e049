"""The shapes that tell categories and states apart without colour, as SVG paths on a 16 by 16 grid."""

PATHS = {
    "square": "M2.5 2.5h11v11h-11z",
    "triangle": "M8 1.5 15 14H1z",
    "circle": "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z",
    "diamond": "M8 .8 15.2 8 8 15.2.8 8z",
    "cross": "M5 1.5h6V5h3.5v6H11v3.5H5V11H1.5V5H5z",
    "star": "m8 .8 2.2 4.7 5 .7-3.6 3.6.9 5.2L8 12.5 3.5 15l.9-5.2L.8 6.2l5-.7z",
    # states
    "ring": "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm0 2.4a4.6 4.6 0 1 1 0 9.2 4.6 4.6 0 0 1 0-9.2z",
    "half": "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm0 2.4v9.2a4.6 4.6 0 0 1 0-9.2z",
    "back": "M7 2.2v3.3h3.2a4.6 4.6 0 0 1 0 9.2H5v-2.3h5.2a2.3 2.3 0 0 0 0-4.6H7v3.3L1.4 6.7z",
    "check": "M13.6 3.1 6.3 10.4 2.6 6.7 1 8.3l5.3 5.3 8.9-8.9z",
    # messages
    "info": "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm-1 3h2v2H7zm0 3.2h2V12H7z",
    "warning": "M8 1 15.5 14.5H.5zM7 6v4h2V6zm0 5v2h2v-2z",
}
DEFAULT = "circle"


def shape_path(shape: str) -> str:
    """The path data of a shape; the circle's for an unknown name."""
    return PATHS.get(shape, PATHS[DEFAULT])
