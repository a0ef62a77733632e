"""Colours: the components stay apart for readers who do not see all colours, and stand out from the page."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from melian.options import COMPONENTS
from melian.report.theme import COLOURS

# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
SEEN_BY = {
    "all colours": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.01182, 0.04294, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.3039],
    ],
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.9505, 1.0, 1.089])
APART = 18.0  # CIE 1976 distance; neighbours in a stacked bar are told apart from about 10
CONTRAST = 3.0  # WCAG 2.1, 1.4.11: parts of graphics against their background


def linear(colour: str) -> np.ndarray:
    value = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    x, y, z = np.cbrt(XYZ @ np.clip(rgb, 1e-3, 1) / WHITE)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("reader", SEEN_BY)
def test_components_are_told_apart(reader, mode):
    seen = {name: lab(np.array(SEEN_BY[reader]) @ linear(COLOURS[name][mode])) for name in COMPONENTS}
    for a, b in combinations(COMPONENTS, 2):
        assert np.linalg.norm(seen[a] - seen[b]) >= APART, (a, b)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_components_and_text_stand_out_from_the_page(mode):
    page = XYZ[1] @ linear(COLOURS["page"][mode])
    for name, least in (*((c, CONTRAST) for c in COMPONENTS), ("ink", 7.0), ("muted", 4.5), ("link", 4.5)):
        own = XYZ[1] @ linear(COLOURS[name][mode])
        assert (max(own, page) + 0.05) / (min(own, page) + 0.05) >= least, name
