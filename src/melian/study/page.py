"""The page `docs/study.md`, written from the table of keys."""

from __future__ import annotations

import tomli_w

from melian.study.files import study_text
from melian.study.model import Study
from melian.study.schema import SECTIONS, Key, keys_of

__all__ = ["study_page"]

HEAD = """# The study file

A study file names every choice of a run. `melian attribute --study FILE` and `melian rem --study FILE` read
it, options on the command line override it, and every run with `--out DIR` writes `DIR/study.toml`, which
replays the run: the same study and the same rows give the same result, whatever the number of jobs and the
order of files and rows.

It is [TOML](https://toml.io). A key that is left out has its default; a key that is not known is refused with
the nearest name; all that is wrong is told at once, before any work.
"""


TABLE = ("| key | default | allowed | meaning |", "| --- | --- | --- | --- |")


def study_page() -> str:
    """Write the page on the study file as Markdown."""
    actors = ("RUS", "USA", "UKR")
    example = Study().replace(store="events.duckdb", actors=actors, since="2018-01-01", out="report")
    parts = [HEAD, "## Example\n", f"```toml\n{study_text(example)}```\n"]
    for section, keys in SECTIONS.items():
        summary = (keys.__doc__ or "").split(": ", 1)[1].rstrip(".")
        parts += [
            f"## [{section}]: {summary}\n",
            "| key | default | allowed | meaning |",
            "| --- | --- | --- | --- |",
        ]
        parts += [_row(key) for key in keys_of(section)] + [""]
    return "\n".join(parts).rstrip("\n") + "\n"


def _row(key: Key) -> str:
    default = "none" if key.default is None else f"`{_toml(key.default)}`"
    allowed = key.kind.allowed.replace(" | ", " or ")
    return f"| `{key.name}` | {default} | {allowed} | {key.meaning} |"


def _toml(value: object) -> str:
    """Write one value as TOML does, on one line."""
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return tomli_w.dumps({"value": value}).removeprefix("value = ").strip()
