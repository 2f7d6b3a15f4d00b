"""The map: every place is drawn once, labels do not lie on each other, and nothing is fetched."""

from __future__ import annotations

import math
import re
from typing import Any
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.records import Status
from friendlywifi.register.map import MOST_HEIGHT, WIDTH, draw
from friendlywifi.register.public import PublicHotspot

SVG = "{http://www.w3.org/2000/svg}"


def place(number: int, latitude: str | None, longitude: str | None, **changed: Any) -> PublicHotspot:
    given_: dict[str, Any] = {
        "id": f"p{number}",
        "name": f"Biblioteka Nr. {number}",
        "address": "Rruga 1, Tiranë",
        "town": "Tiranë",
        "holder": "Bashkia",
        "latitude": latitude,
        "longitude": longitude,
        "status": Status.VALID,
        "numbers": (f"FW-2026-{number:06}",),
    }
    return PublicHotspot(**{**given_, **changed})


def counted(drawn: ET.Element) -> int:
    """How many places the dots stand for."""
    dots = [item for item in drawn if item.get("class") in {status.value for status in Status}]
    merged = [int(item.text or "0") for item in drawn.iter(f"{SVG}text") if item.get("class") == "number"]
    return len(dots) - len(merged) + sum(merged)


def boxes(drawn: ET.Element) -> list[tuple[float, float, float, float]]:
    found = []
    for item in drawn.iter(f"{SVG}text"):
        if item.get("class") == "name":
            x, y = float(item.get("x", "")), float(item.get("y", ""))
            found.append((x, y - 11, x + 5.6 * len(item.text or ""), y + 3))
    return found


def test_without_coordinates_there_is_no_map() -> None:
    assert draw((), title="M") is None
    assert (
        draw(
            (place(1, None, None), place(2, "x", "19"), place(3, "NaN", "1"), place(4, "99", "1")), title="M"
        )
        is None
    )


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.decimals("39.6", "42.7", places=4),
            st.decimals("19.2", "21.1", places=4),
            st.sampled_from(list(Status)),
        ),
        min_size=1,
        max_size=60,
    )
)
def test_every_place_is_drawn_once_inside_and_no_label_lies_on_another(
    places: list[tuple[Any, Any, Status]],
) -> None:
    listed = [place(n, str(lat), str(lon), status=status) for n, (lat, lon, status) in enumerate(places)]
    text = draw(listed, title="A & B")
    assert text is not None
    assert text == draw(list(reversed(listed)), title="A & B")
    drawn = ET.fromstring(text)  # noqa: S314 - our own
    assert counted(drawn) == len(listed)
    height = float(drawn.get("viewBox", "").split()[3])
    assert height <= MOST_HEIGHT + 1
    for dot in drawn.iter(f"{SVG}circle"):
        assert 0 < float(dot.get("cx", "")) < WIDTH
        assert 0 < float(dot.get("cy", "")) < height
    found = boxes(drawn)
    for at, one in enumerate(found):
        assert one[0] >= 0
        assert one[2] <= WIDTH
        for other in found[at + 1 :]:
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            assert apart


def test_a_name_in_the_drawing_is_text() -> None:
    text = draw((place(1, "41", "20", name="<script>&\"'"),), title='"><script>')
    assert text is not None
    assert "<script>" not in text


def test_what_no_longer_holds_has_another_shape_and_not_another_colour_alone() -> None:
    text = draw((place(1, "41", "20"), place(2, "42", "20", status=Status.SUSPENDED)), title="M")
    assert text is not None
    assert text.count("<circle") == 1
    assert re.search(r'<path class="suspended"', text)


def test_near_places_are_one_dot_with_their_number_and_the_worst_colour() -> None:
    town = [place(n, f"41.327{n}", "19.81") for n in range(5)]
    far = place(9, "40.0", "20.5")
    text = draw((*town, far, place(7, "41.3279", "19.81", status=Status.WITHDRAWN)), title="M")
    assert text is not None
    assert ">6</text>" in text
    assert '<path class="withdrawn"' in text


def test_the_bar_of_the_scale_is_as_long_as_it_says() -> None:
    text = draw((place(1, "41", "20"), place(2, "42", "20")), title="M")
    assert text is not None
    drawn = ET.fromstring(text)  # noqa: S314 - our own
    north, south = sorted(float(dot.get("cy", "")) for dot in drawn.iter(f"{SVG}circle"))
    bar = re.search(r'class="scale" d="M8 [0-9.]+V[0-9.]+H([0-9.]+)', text)
    km = re.search(r">([0-9.]+) km<", text)
    assert bar is not None
    assert km is not None
    # A degree of latitude is 111 km, whatever the longitude.
    a_km = (south - north) / 111.32
    assert math.isclose((float(bar[1]) - 8) / a_km, float(km[1]), rel_tol=0.01)
