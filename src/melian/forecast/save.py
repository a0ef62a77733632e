"""A fit that is kept: one `.npz` file with named arrays and a JSON header, read without unpickling anything.

The header holds labels, dates, settings, snapshot and a fingerprint of the events that the parameters have
seen; the frames of the evaluation lie in it as JSON rows, so that a kept fit can still say how good it was.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from melian.errors import InputError
from melian.forecast.dispersion import Spread
from melian.forecast.fit import ForecastConfig, Forward
from melian.forecast.multipliers import Level
from melian.forecast.rates import Rates
from melian.forecast.train import Predictor
from melian.forecast.tuning import Tuning
from melian.history import EventHistory

__all__ = ["FORMAT", "KeptFit", "align", "fingerprint", "load_fit", "save_fit"]

FORMAT = 1
RATES = ("level", "edge", "weight", "factor", "weekday")


@dataclass(frozen=True, slots=True)
class KeptFit:
    """A predictor with what is needed to see whether it belongs to other data.

    Attributes
    ----------
    predictor : Predictor
    frames : mapping of str to DataFrame
        The evaluation behind it.
    snapshot : str
        Snapshot id of the store at the fit; a store that has grown since has another.
    fingerprint : str
        Hash of the events up to the parameters' date among the actors of the fit.
    events : int
        Directed events that the parameters have seen.
    data : mapping
        Settings of the section [data] that decide what an event is.
    held_out : (date, date)
        First and last day of the evaluation.
    """

    predictor: Predictor
    frames: Mapping[str, pl.DataFrame]
    snapshot: str
    fingerprint: str
    events: int
    data: Mapping[str, Any]
    held_out: tuple[dt.date, dt.date]


def fingerprint(history: EventHistory, until: dt.date) -> tuple[str, int]:
    """Hash the cells up to a day by date and labels, and count their directed events.

    Days count by date and instruments by name: events may be added before the window or with new instruments.
    """
    use = history.step <= (until - history.origin).days
    day = history.step[use].astype(np.int64) + history.origin.toordinal()
    names = np.array([zlib.crc32(name.encode()) for name in history.instruments], dtype=np.int64)
    columns = (
        day,
        history.joint[use],
        history.source[use],
        history.target[use],
        names[history.instrument[use]],
    )
    order = np.lexsort(columns[::-1])
    count = history.count[use]
    table = np.stack([part.astype("<i8") for part in (*columns, count)], axis=1)[order]
    digest = hashlib.sha256("\n".join(history.actors).encode())
    digest.update(np.ascontiguousarray(table).tobytes())
    return digest.hexdigest()[:32], int(count[~history.joint[use]].sum())


def save_fit(kept: KeptFit, path: str | Path) -> None:
    """Write a kept fit, whole or not at all.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    made = kept.predictor
    rates, tuning = made.forward.rates, made.tuning
    arrays = {name: getattr(rates, name) for name in RATES}
    arrays |= {"events": made.forward.events, "course": made.forward.course, "alpha": tuning.alpha}
    arrays |= {f"ahead_{horizon}": part for horizon, part in tuning.ahead.items()}
    arrays |= {f"count_{n}": part for n, part in enumerate(made.counts)}
    arrays |= {f"mean_{n}": part for n, part in enumerate(made.means)}
    header = json.dumps(_header(kept), ensure_ascii=False, default=str)
    target = Path(path)
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        with unfinished.open("wb") as stream:
            np.savez_compressed(stream, header=np.frombuffer(header.encode(), np.uint8), **arrays)
        unfinished.replace(target)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise InputError(f"the fit cannot be written to {path}: {error.strerror or error}.") from error


def _header(kept: KeptFit) -> dict[str, Any]:
    made = kept.predictor
    return {
        "format": FORMAT,
        "snapshot": kept.snapshot,
        "fingerprint": kept.fingerprint,
        "events": kept.events,
        "data": dict(kept.data),
        "held_out": [day.isoformat() for day in kept.held_out],
        "actors": made.actors,
        "instruments": made.instruments,
        "since": made.forward.rates.since.isoformat(),
        "relations": made.forward.rates.relations,
        "config": asdict(made.config),
        "levels": [asdict(level) for level in made.tuning.levels],
        "spread": [[*key, value.own, value.shared] for key, value in made.tuning.spread.items()],
        "frames": {name: json.loads(frame.write_json()) for name, frame in kept.frames.items()},
        "schemas": {
            name: {column: str(kind) for column, kind in frame.schema.items()}
            for name, frame in kept.frames.items()
        },
    }


def load_fit(path: str | Path) -> KeptFit:
    """Read a kept fit.

    Raises
    ------
    InputError
        If the file is not one, or was written by another format.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        header = json.loads(arrays.pop("header").tobytes().decode())
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise InputError(
            f"{path} is not a fit that `melian forecast --fit` wrote ({type(error).__name__}); name another "
            "file."
        ) from error
    if header.get("format") != FORMAT:
        raise InputError(
            f"{path} has format {header.get('format')!r}, this melian reads {FORMAT}; fit again into a new "
            "file."
        )
    try:
        return _kept(header, arrays)
    except (KeyError, TypeError) as error:
        raise InputError(f"{path} is incomplete ({error}); fit again into a new file.") from error


def _kept(header: Mapping[str, Any], arrays: Mapping[str, NDArray[np.float64]]) -> KeptFit:
    frames = {
        name: pl.DataFrame(rows, schema={c: _KINDS[k] for c, k in header["schemas"][name].items()})
        for name, rows in header["frames"].items()
    }
    first, last = (dt.date.fromisoformat(day) for day in header["held_out"])
    return KeptFit(
        _predictor(header, arrays), frames, header["snapshot"], header["fingerprint"], header["events"],
        header["data"], (first, last),
    )  # fmt: skip


_KINDS: dict[str, Any] = {
    "String": pl.String, "Date": pl.String, "Int64": pl.Int64, "Float64": pl.Float64, "Boolean": pl.Boolean,
}  # fmt: skip


def _predictor(header: Mapping[str, Any], arrays: Mapping[str, NDArray[np.float64]]) -> Predictor:
    settings = header["config"]
    config = ForecastConfig(
        **{**settings, "horizons": tuple(settings["horizons"]), "half_lives": tuple(settings["half_lives"])}
    )
    since = dt.date.fromisoformat(header["since"])
    parts = {name: arrays[name] for name in RATES}
    rates = Rates(since=since, relations=tuple(header["relations"]), half_lives=config.half_lives, **parts)
    levels = tuple(Level(**level) for level in header["levels"])
    spread = {(kind, h): Spread(own, shared) for kind, h, own, shared in header["spread"]}
    forward = Forward(rates, 0, arrays["events"], arrays["course"])
    ahead = {horizon: arrays[f"ahead_{horizon}"] for horizon in config.horizons}
    counts, means = ([arrays[f"{name}_{n}"] for n in range(len(levels))] for name in ("count", "mean"))
    return Predictor(
        tuple(header["actors"]), tuple(header["instruments"]), since, forward,
        Tuning(levels, arrays["alpha"], spread, ahead), tuple(counts), tuple(means), config,
    )  # fmt: skip


def align(kept: KeptFit, history: EventHistory, path: str | Path) -> tuple[Predictor, EventHistory, int]:
    """Bring a kept fit and a history together: same actors, the fit's instruments, steps of the history.

    Returns
    -------
    predictor, history, left_out : the last is the number of events of instruments that the fit does not know

    Raises
    ------
    InputError
        If the fit belongs to other data: other actors, or other events up to the parameters' date.
    """
    made = kept.predictor
    since = made.forward.rates.since
    until = since - dt.timedelta(days=1)
    if history.actors != made.actors:
        odd = sorted(set(history.actors) ^ set(made.actors))
        raise InputError(
            f"{path} is a fit of {len(made.actors)} actors, the history has {len(history.actors)} (first "
            f"that differs: {odd[0]}); name the same actors, or fit again into another file."
        )
    if history.until < until:
        raise InputError(
            f"{path} has parameters from events up to {until}; events up to {history.until} are too few. "
            "Take a later --as-of, or fit again into another file."
        )
    found, events = fingerprint(history, until)
    if found != kept.fingerprint:
        raise InputError(
            f"{path} belongs to other data: up to {until} it has seen {kept.events} directed events of these "
            f"actors, this store has {events}, and they are not the same; fit again into another file."
        )
    step = (since - history.origin).days
    predictor = replace(made, origin=history.origin, forward=replace(made.forward, step=step))
    return predictor, *_known(history, made.instruments)


def _known(history: EventHistory, instruments: tuple[str, ...]) -> tuple[EventHistory, int]:
    """Give the history in the instruments of a fit, and the events of others, which are left out."""
    known = {name: n for n, name in enumerate(instruments)}
    place = np.array([known.get(name, -1) for name in history.instruments])
    use = place[history.instrument] >= 0
    rows = ("step", "source", "target", "count", "joint", "row")
    kept = {name: getattr(history, name)[use] for name in rows}
    reactive = None if history.reactive is None else history.reactive[use]
    mapped = place[history.instrument][use].astype(np.int32)
    out = replace(history, instruments=instruments, instrument=mapped, reactive=reactive, **kept)
    return out, int(history.count[~use].sum())
