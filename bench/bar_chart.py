"""A chart of bars in groups, as SVG: no library needed."""
from xml.sax.saxutils import escape

# Okabe and Ito's colours, which are told apart by all eyes; legible on white and on black.
COLOURS = ("#999999", "#0072b2", "#e69f00", "#56b4e9", "#009e73")
BAR, GAP, LEFT, WIDTH, TOP = 18, 26, 150, 520, 92
FONT = 'font-family="sans-serif" font-size="13" fill="#808080"'


def text(x, y, content, anchor="start", extra=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {FONT} {extra}>{escape(content)}</text>'


def legend(names):
    x, y = 16, 50
    for name, colour in zip(names, COLOURS):
        if x > LEFT + WIDTH - 60:
            x, y = 16, y + 20
        yield f'<rect x="{x}" y="{y - 10}" width="12" height="12" fill="{colour}"/>'
        yield text(x + 18, y, name)
        x += 42 + 7 * len(name)


def bar(y, colour, median, least, most, scale):
    middle = y + BAR / 2 - 1
    yield f'<rect x="{LEFT}" y="{y}" width="{median * scale:.1f}" height="{BAR - 2}" fill="{colour}"/>'
    yield (
        f'<path d="M{LEFT + least * scale:.1f} {middle}H{LEFT + most * scale:.1f}" stroke="#808080" stroke-width="2"/>'
    )
    yield text(LEFT + most * scale + 8, middle + 5, f"{median:.1f}")


def svg(title, names, groups):
    """groups: (label, [(median, least, most) of each name]) of each."""
    scale = WIDTH / max(most for _, bars in groups for _, _, most in bars)
    parts, y = [text(16, 26, title, extra='font-weight="bold"'), *legend(names)], TOP
    for label, bars in groups:
        parts.append(text(LEFT - 12, y + len(bars) * BAR / 2 + 4, label, "end"))
        for colour, (median, least, most) in zip(COLOURS, bars):
            parts += bar(y, colour, median, least, most, scale)
            y += BAR
        y += GAP
    width, height = LEFT + WIDTH + 70, y
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}">\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )
