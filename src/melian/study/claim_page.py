"""The page `docs/claim-file.md`, written from the table of keys."""

from __future__ import annotations

from typing import Final

from melian.study.claim_measures import ESTIMATES, TABLES_OF
from melian.study.claim_schema import ClaimKeys, CurveKeys, EvidenceKeys, NeedsKeys, ThanKeys, claim_keys
from melian.study.world_page import default_text

__all__ = ["claim_page"]

HEAD: Final = """# The claim file

A claim file says what a statement is taken to mean and what would count for and against it, before any data
are read; [claims.md](claims.md) shows one and how to run it. It is [TOML](https://toml.io). The file is
validated whole: a key, measure, estimate, study key or value of the grid that is not known is refused with
the nearest name, and all problems are told at once, before the first costly step.
"""


def claim_page() -> str:
    """Write the page on the claim file as Markdown."""
    kinds = (ClaimKeys, EvidenceKeys, NeedsKeys, ThanKeys, CurveKeys)
    parts = [HEAD]
    for kind in kinds:
        parts += [f"## {(kind.__doc__ or '').rstrip('.')}\n", *_rows(kind), ""]
    return "\n".join([*parts, *_measures()]) + "\n"


def _rows(kind: type) -> list[str]:
    rows = ["| key | default | allowed | meaning |", "| --- | --- | --- | --- |"]
    for key in claim_keys(kind, ""):
        allowed = key.kind.allowed.replace(" | ", " or ")
        rows.append(f"| `{key.name}` | {default_text(key.default)} | {allowed} | {key.meaning} |")
    return rows


def _measures() -> list[str]:
    """List the measures with the first words of their estimates."""
    rows = ["## Measures and their estimates\n", "| measure | reads | first words of its estimates |"]
    rows.append("| --- | --- | --- |")
    for measure, words in ESTIMATES.items():
        reads = " and ".join(f"a table `{name}`" for name in TABLES_OF.get(measure, ())) or "a store"
        rows.append(f"| `{measure}` | {reads} | {', '.join(f'`{word}`' for word in words)} |")
    return rows
