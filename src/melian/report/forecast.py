"""The report on a forecast: one self-contained HTML file, with result and tables beside it."""

from __future__ import annotations

from pathlib import Path

from melian.report.document import render
from melian.report.files import make_folder, result_json, write_files
from melian.report.forecast_describe import Forecasted
from melian.report.forecast_reading import ForecastReading
from melian.report.page import Section
from melian.report.sections import forecast_ahead, forecast_skill

__all__ = ["write_forecast_report"]


def write_forecast_report(answer: Forecasted, out: Path | str) -> Path:
    """Write `report.html`, `result.json` and a CSV of every frame.

    Parameters
    ----------
    answer : Forecasted
        Result of `melian.forecast.answer`.
    out : path
        Folder to write into; made where it does not exist.

    Returns
    -------
    pathlib.Path
        The HTML file.

    Raises
    ------
    InputError
        A figure is NaN, or the folder cannot be written.
    """
    reading = ForecastReading(answer)
    folder = Path(out)
    make_folder(folder)
    contents: dict[str, str | bytes] = {
        "result.json": result_json(answer.summary),
        **{f"tables/{name}.csv": frame.write_csv() for name, frame in answer.frames.items()},
        "report.html": _page(reading),
    }
    write_files(folder, contents)
    return folder / "report.html"


def _page(reading: ForecastReading) -> str:
    return render(
        "forecast.html.j2",
        _sections(reading),
        title=reading.title,
        reading=reading,
        answer=reading.sentences,
    )


def _sections(reading: ForecastReading) -> list[Section]:
    return [
        forecast_ahead.ahead(reading),
        forecast_ahead.surprise(reading),
        forecast_skill.skill(reading),
        forecast_skill.predictable(reading),
        forecast_skill.calibration(reading),
        forecast_skill.method(reading),
        forecast_skill.limits(reading),
    ]
