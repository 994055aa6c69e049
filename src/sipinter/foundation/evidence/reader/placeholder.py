"""The picture that stands where a page cannot be drawn."""

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1000, 300
INK, GROUND, LINE = "#0F1B2D", "#F6F7F9", "#B5121B"


def draw_placeholder(sentence: str) -> Image.Image:
    """`sentence`, broken into lines, as a picture."""
    image = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, WIDTH - 1, HEIGHT - 1), outline=LINE, width=3)
    font = ImageFont.load_default(30)
    lines = [""]
    for word in sentence.split():
        longer = f"{lines[-1]} {word}".strip()
        if draw.textlength(longer, font) > WIDTH - 80:
            lines.append(word)
        else:
            lines[-1] = longer
    draw.multiline_text((40, 60), "\n".join(lines), INK, font, spacing=14)
    return image
