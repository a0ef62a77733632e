"""Where actors stand in a drawing: their order in a matrix and on a circle, and the lines between them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["circle_nodes", "curved_edges", "neighbour_order"]

CURVE_POINTS = 17


def neighbour_order(actors: Sequence[str], weights: Mapping[tuple[str, str], float]) -> list[str]:
    """Order actors so that those with much between them stand side by side.

    Sorts by the second eigenvector of the graph Laplacian (Fiedler, 1973) of the weights in both directions;
    actors without any weight come last, in the order given.

    Examples
    --------
    >>> neighbour_order(["a", "b", "c", "d"], {("a", "c"): 1.0, ("c", "b"): 0.2, ("b", "d"): 1.0})
    ['a', 'c', 'b', 'd']
    """
    tied = [
        a for a in actors if any(w > 0 and a in pair and pair[0] != pair[1] for pair, w in weights.items())
    ]
    loose = [a for a in actors if a not in tied]
    if len(tied) < 3:
        return tied + loose
    place = {actor: i for i, actor in enumerate(tied)}
    matrix: NDArray[np.float64] = np.zeros((len(tied), len(tied)))
    for (a, b), weight in weights.items():
        if a != b and a in place and b in place:
            matrix[place[a], place[b]] += math.sqrt(max(weight, 0.0))
    matrix += matrix.T
    laplacian = np.diag(matrix.sum(axis=1)) - matrix
    vector = np.round(np.linalg.eigh(laplacian)[1][:, 1], 9)
    sign = 1.0 if vector[0] <= 0 else -1.0
    return sorted(tied, key=lambda a: (sign * vector[place[a]], place[a])) + loose


def circle_nodes(order: Sequence[str], weight: Mapping[str, float]) -> list[dict[str, Any]]:
    """Place actors on the unit circle, clockwise from the top, with the side on which their label goes."""
    out = []
    top = max([*weight.values(), 1e-12])
    for i, actor in enumerate(order):
        angle = math.pi / 2 - 2 * math.pi * i / len(order)
        x, y = math.cos(angle), math.sin(angle)
        side = ("right" if x > 0 else "left") if abs(x) > 0.16 else ("top" if y > 0 else "bottom")
        out.append(
            {
                "label": actor,
                "x": round(x, 4),
                "y": round(y, 4),
                "side": side,
                "weight": weight.get(actor, 0.0) / top,
            }
        )
    return out


def curved_edges(
    order: Sequence[str], weights: Mapping[tuple[str, str], float], *, limit: int = 60
) -> list[dict[str, Any]]:
    """Give points of a curve per edge, the `limit` strongest: broad at its first actor, thin at the other."""
    places = {node["label"]: (node["x"], node["y"]) for node in circle_nodes(order, {})}
    strong = sorted(((w, a, b) for (a, b), w in weights.items() if w > 0 and a != b), reverse=True)[:limit]
    top = strong[0][0] if strong else 1.0
    out = []
    for weight, a, b in reversed(strong):
        (ax, ay), (bx, by) = places[a], places[b]
        cx, cy = 0.28 * (ax + bx) - 0.09 * (by - ay), 0.28 * (ay + by) + 0.09 * (bx - ax)
        for i in range(CURVE_POINTS):
            t = i / (CURVE_POINTS - 1)
            u = 1 - t
            out.append(
                {
                    "edge": f"{a}\t{b}",
                    "t": i,
                    "x": round(u * u * ax + 2 * u * t * cx + t * t * bx, 4),
                    "y": round(u * u * ay + 2 * u * t * cy + t * t * by, 4),
                    "thick": round((0.1 + 0.9 * u) * weight / top, 4),
                    "weight": round(weight / top, 4),
                }
            )
    return out
