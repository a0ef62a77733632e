"""The self-test in words and as plain text; every figure is one of the result."""

from __future__ import annotations

from typing import Final

from melian.options import COMPONENTS
from melian.report.numerals import count, listing
from melian.selftest.bias import Coverage, Selftest
from melian.selftest.frames import TRUTH

__all__ = ["BOUND", "seeds_text", "selftest_sentences", "selftest_text"]

BOUND: Final = 0.05
"""A mean share so far from the truth is called biased."""
SHOWN: Final = COMPONENTS[:3]


def selftest_sentences(result: Selftest) -> list[str]:
    """Say what the first pipeline makes of the worlds, beside the others, and how its intervals do."""
    first = result.pipelines[0]
    names = [world.name for world in result.worlds]
    mended = [world.name for world in result.worlds if world.repairable]
    lines = []
    if mended:
        worst = max(mended, key=lambda name: result.error(name, first))
        over = [name for name in mended if result.error(name, first) > BOUND]
        verdict = (
            f"more than {BOUND:.2f} in: {listing(over)}" if over else f"none is off by more than {BOUND:.2f}"
        )
        lines.append(
            f"In the {count(len(mended))} kinds of world whose faults can be met, the mean shares of the "
            f"{first} pipeline lie {result.error(worst, first):.2f} from the truth at most "
            f"({worst}); {verdict}."
        )
        lines += [_naive(result, mended, name) for name in result.pipelines[1:]]
    lines += [_lost(result, name) for name in names if name not in mended]
    lines += [
        _covered(coverage, "of the worlds whose faults can be met" if kind else "of the other worlds")
        for kind in (True, False)
        if (coverage := result.coverage(repairable=kind)) is not None
    ]
    return lines


def _naive(result: Selftest, mended: list[str], pipeline: str) -> str:
    worst = max(mended, key=lambda name: result.error(name, pipeline))
    parts = listing(
        [
            f"{part} {result.mean(worst, pipeline, part):.2f}, truth {result.mean(worst, TRUTH, part):.2f}"
            for part in ("reaction", "initiative")
        ]
    )
    return (
        f"Those of the {pipeline} pipeline lie up to {result.error(worst, pipeline):.2f} from it ({worst}: "
        f"{parts})."
    )


def _lost(result: Selftest, name: str) -> str:
    """Say how far a world that cannot be repaired is off, by its figures."""
    first = result.pipelines[0]
    parts = listing(
        [
            f"{part} {result.mean(name, first, part):.2f} (truth {result.mean(name, TRUTH, part):.2f})"
            for part in SHOWN
        ]
    )
    off = result.error(name, first)
    verdict = "is not repaired" if off > BOUND else f"came out within {BOUND:.2f} here, which is no promise"
    return (
        f"“{name}” {verdict}: the {first} pipeline finds {parts}. What is missing there is not in the data, "
        "and no analysis of them can put it back."
    )


def _covered(coverage: Coverage, where: str) -> str:
    return (
        f"The 90% intervals of initiative, momentum and reaction of single actors hold the truth in "
        f"{count(coverage.held)} of {count(coverage.of)} cases {where}: {coverage.rate:.0%} (90% interval "
        f"{coverage.low:.0%} to {coverage.high:.0%})."
    )


def seeds_text(result: Selftest) -> str:
    """Say how many worlds of a kind there are, and the seed they come from."""
    seeds = int(result.settings["seeds"])
    return f"{count(seeds)} seed{'' if seeds == 1 else 's'} from {result.settings['seed']}"


def selftest_text(result: Selftest) -> str:
    """Give the table and the sentences as plain text."""
    settings = result.settings
    lines = [
        f"{count(settings['worlds'])} simulated worlds ({seeds_text(result)}), "
        f"estimator {settings['estimator']}. Shares: initiative / momentum / reaction, means over seeds.",
        "",
        *_table(result),
        "",
        *selftest_sentences(result),
    ]
    return "\n".join(lines)


def _table(result: Selftest) -> list[str]:
    columns = (TRUTH, *result.pipelines)
    rows = [("world", *columns)]
    for world in result.worlds:
        cells = [" / ".join(f"{result.mean(world.name, c, part):.2f}" for part in SHOWN) for c in columns]
        rows.append((world.name, *cells))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows]
