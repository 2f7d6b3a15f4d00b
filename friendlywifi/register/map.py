"""A map without anybody's tiles: dots, meridians, parallels and a scale, as one SVG.

Pure. Where the towns are, a reader knows; what lies between them is not drawn. Every place stands in the list
beside the map too, which is what a screen reader reads.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from html import escape

from certificates.records import Status
from friendlywifi.register.public import PublicHotspot

WIDTH = 360
"""Units; as many pixels on the smallest phone, so that a label of 11 is read there."""
LEAST_HEIGHT, MOST_HEIGHT = 220, 460
_EDGE = 26
_LABEL = 11
_LETTER = 5.6
"""Width of a letter of a label, on average."""
_NEAR = 18
"""Dots that are nearer than this are drawn as one, with their number."""
_KM_A_DEGREE = 111.32
"""Of latitude, on a sphere of the Earth's mean size: a scale on a sketch needs no more."""
_LEAST_SPAN = 0.02
"""Degrees; a map of one street."""
_STEPS = (5.0, 2.0, 1.0, 0.5, 0.25, 0.1, 0.05, 0.025, 0.01, 0.005)
_SCALES = (500, 200, 100, 50, 20, 10, 5, 2, 1, 0.5)

_WORST = (
    Status.SUSPENDED,
    Status.WITHDRAWN,
    Status.EXPIRED,
    Status.SUPERSEDED,
    Status.PROVISIONAL,
    Status.VALID,
)


@dataclass(frozen=True, kw_only=True)
class Dot:
    """One place, or several that lie too near to each other to be told apart."""

    x: float
    y: float
    names: tuple[str, ...]
    status: Status
    """The worst of them."""

    @property
    def label(self) -> str:
        return self.names[0] if len(self.names) == 1 else ""

    @property
    def radius(self) -> float:
        return 5.0 if len(self.names) == 1 else 8.5


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What part of the Earth is shown. Longitudes are squeezed as they are in its middle."""

    west: float
    east: float
    south: float
    north: float

    @property
    def squeeze(self) -> float:
        return math.cos(math.radians((self.south + self.north) / 2))

    @property
    def unit(self) -> float:
        """Units of the drawing for a degree of latitude."""
        across = (WIDTH - 2 * _EDGE) / ((self.east - self.west) * self.squeeze)
        return min(across, (MOST_HEIGHT - 2 * _EDGE) / (self.north - self.south))

    @property
    def height(self) -> float:
        return max(LEAST_HEIGHT, (self.north - self.south) * self.unit + 2 * _EDGE)

    def x(self, longitude: float) -> float:
        middle = (self.west + self.east) / 2
        return WIDTH / 2 + (longitude - middle) * self.squeeze * self.unit

    def y(self, latitude: float) -> float:
        middle = (self.south + self.north) / 2
        return self.height / 2 - (latitude - middle) * self.unit


def draw(places: Sequence[PublicHotspot], *, title: str) -> str | None:
    """The SVG; `None` where no place has coordinates. The same places, the same text."""
    points = [(item, point) for item in places if (point := _point(item)) is not None]
    if not points:
        return None
    frame = _frame([point for _, point in points])
    dots = _merged([(item, frame.x(point[1]), frame.y(point[0])) for item, point in points])
    height = f"{frame.height:.0f}"
    size, label = f'viewBox="0 0 {WIDTH} {height}"', f'role="img" aria-label="{escape(title)}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {label} class="map">',
        f'<rect width="{WIDTH}" height="{height}" class="sheet"/>',
        *_graticule(frame),
        *_dots(dots),
        *_labels(dots, frame),
        *_scale(frame),
        "</svg>",
    ]
    return "".join(parts)


def _point(item: PublicHotspot) -> tuple[float, float] | None:
    if item.latitude is None or item.longitude is None:
        return None
    try:
        latitude, longitude = Decimal(item.latitude), Decimal(item.longitude)
    except InvalidOperation:
        return None
    if not (latitude.is_finite() and longitude.is_finite() and abs(latitude) <= 85 and abs(longitude) <= 180):
        return None
    return float(latitude), float(longitude)


def _frame(points: Sequence[tuple[float, float]]) -> Frame:
    south, north = min(lat for lat, _ in points), max(lat for lat, _ in points)
    west, east = min(lon for _, lon in points), max(lon for _, lon in points)
    grow_lat, grow_lon = (max(0.0, _LEAST_SPAN - span) / 2 for span in (north - south, east - west))
    return Frame(west=west - grow_lon, east=east + grow_lon, south=south - grow_lat, north=north + grow_lat)


def _merged(points: Sequence[tuple[PublicHotspot, float, float]]) -> tuple[Dot, ...]:
    """From west to east: each place joins the first dot that is too near."""
    heaps: list[list[tuple[PublicHotspot, float, float]]] = []
    cells: dict[tuple[int, int], list[int]] = {}
    for item, x, y in sorted(points, key=lambda one: (one[1], one[2], one[0].id)):
        column, row = int(x // _NEAR), int(y // _NEAR)
        around = [n for dc in (-1, 0, 1) for dr in (-1, 0, 1) for n in cells.get((column + dc, row + dr), ())]
        near = next(
            (n for n in sorted(around) if math.dist((x, y), (heaps[n][0][1], heaps[n][0][2])) < _NEAR), None
        )
        if near is None:
            cells.setdefault((column, row), []).append(len(heaps))
            heaps.append([(item, x, y)])
        else:
            heaps[near].append((item, x, y))
    return tuple(
        Dot(
            x=heap[0][1],
            y=heap[0][2],
            names=tuple(item.name for item, _, _ in heap),
            status=min((item.status for item, _, _ in heap), key=_WORST.index),
        )
        for heap in heaps
    )


def _graticule(frame: Frame) -> list[str]:
    """Three to six lines each way."""
    left, right = _shown_degrees(frame.west, frame.east, WIDTH / (frame.squeeze * frame.unit))
    low, high = _shown_degrees(frame.south, frame.north, frame.height / frame.unit)
    step = next((item for item in _STEPS if min(right - left, high - low) / item >= 2), _STEPS[-1])
    lines = []
    for number in range(math.ceil(left / step), math.floor(right / step) + 1):
        x = f"{frame.x(number * step):.1f}"
        lines.append(f'<path class="line" d="M{x} 0V{frame.height:.0f}"/>')
        lines.append(f'<text class="degree" x="{x}" y="9">{_degrees(number * step, "EW")}</text>')
    for number in range(math.ceil(low / step), math.floor(high / step) + 1):
        y = frame.y(number * step)
        lines.append(f'<path class="line" d="M0 {y:.1f}H{WIDTH}"/>')
        lines.append(f'<text class="degree" x="2" y="{y - 2:.1f}">{_degrees(number * step, "NS")}</text>')
    return lines


def _shown_degrees(low: float, high: float, span: float) -> tuple[float, float]:
    middle = (low + high) / 2
    return middle - span / 2, middle + span / 2


def _degrees(value: float, signs: str) -> str:
    return f"{abs(value):.3f}".rstrip("0").rstrip(".") + f"°{signs[0] if value >= 0 else signs[1]}"


def _dots(dots: Sequence[Dot]) -> list[str]:
    drawn = []
    for dot in dots:
        x, y, r = dot.x, dot.y, dot.radius
        kind = dot.status.value
        if dot.status in (Status.VALID, Status.PROVISIONAL):
            drawn.append(f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{r}"/>')
        else:
            # Another shape, and not another colour alone.
            corner = f"{x - r:.1f} {y:.1f}L{x:.1f} {y - r:.1f}L{x + r:.1f} {y:.1f}L{x:.1f} {y + r:.1f}Z"
            drawn.append(f'<path class="{kind}" d="M{corner}"/>')
        if len(dot.names) > 1:
            drawn.append(f'<text class="number" x="{x:.1f}" y="{y + 3.5:.1f}">{len(dot.names)}</text>')
    return drawn


Box = tuple[float, float, float, float]


def _labels(dots: Sequence[Dot], frame: Frame) -> list[str]:
    """A name goes to the right, the left, above or below its dot, where nothing stands yet, or nowhere."""
    taken: list[Box] = [
        (dot.x - dot.radius, dot.y - dot.radius, dot.x + dot.radius, dot.y + dot.radius) for dot in dots
    ]
    taken.append((0, frame.height - 28, 120, frame.height))
    drawn = []
    for dot in dots:
        text = dot.label if len(dot.label) <= 26 else f"{dot.label[:25].rstrip()}…"
        if not text:
            continue
        width, gap = len(text) * _LETTER, dot.radius + 2
        for left, base in (
            (dot.x + gap, dot.y + 4),
            (dot.x - gap - width, dot.y + 4),
            (dot.x - width / 2, dot.y - gap - 1),
            (dot.x - width / 2, dot.y + gap + _LABEL - 2),
        ):
            box = (left, base - _LABEL, left + width, base + 3)
            inside = box[0] >= 0 and box[2] <= WIDTH and box[1] >= 10 and box[3] <= frame.height
            if inside and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                drawn.append(f'<text class="name" x="{left:.1f}" y="{base:.1f}">{escape(text)}</text>')
                break
    return drawn


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _scale(frame: Frame) -> list[str]:
    a_km = frame.unit / _KM_A_DEGREE
    km = next((item for item in _SCALES if item * a_km <= 100), _SCALES[-1])
    end, y = 8 + km * a_km, frame.height - 8
    return [
        f'<path class="scale" d="M8 {y - 4:.1f}V{y:.1f}H{end:.1f}V{y - 4:.1f}"/>',
        f'<text class="degree" x="8" y="{y - 7:.1f}">{km:g} km</text>',
    ]
