"""The page `docs/world-file.md`, written from the table of keys."""

from __future__ import annotations

import tomli_w

from melian.study.world_schema import LISTS, REQUIRED, TABLES, ActorKeys, world_keys

__all__ = ["default_text", "world_page"]

HEAD = """# The world file

A world file says who acts in a world, how much of their own accord, and what follows from what;
[simulation.md](simulation.md) shows one and how to run it. It is [TOML](https://toml.io). A key that is left
out has its default; a key that is not known is refused with the nearest name; all problems are told at once.

Beside the tables below there are `[season]` (instrument to the log of its swell around midsummer) and
`[postures.NAME]` (instrument to a factor; pairs name the posture that they stand in; without any there is
`plain`, 1 for each instrument).
"""


def world_page() -> str:
    """Write the page on the world file as Markdown."""
    tables = {**TABLES, "actors.NAME": ActorKeys, **LISTS}
    parts = [HEAD]
    for kind in tables.values():
        parts += [f"## {(kind.__doc__ or '').rstrip('.')}\n", *_rows(kind), ""]
    return "\n".join(parts).rstrip("\n") + "\n"


def _rows(kind: type) -> list[str]:
    rows = ["| key | default | allowed | meaning |", "| --- | --- | --- | --- |"]
    for key in world_keys(kind, ""):
        allowed = key.kind.allowed.replace(" | ", " or ")
        rows.append(f"| `{key.name}` | {default_text(key.default)} | {allowed} | {key.meaning} |")
    return rows


def default_text(value: object) -> str:
    """Write a default for readers."""
    if value is REQUIRED:
        return "must be given"
    return "none" if value is None else f"`{_toml(value)}`"


def _toml(value: object) -> str:
    """Write one value as TOML does, on one line."""
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return tomli_w.dumps({"value": value}).removeprefix("value = ").strip()
