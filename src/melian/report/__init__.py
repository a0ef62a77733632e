"""The report: reads result objects, writes pages, tables and sentences."""

from __future__ import annotations

from typing import Any

__all__ = [
    "attribution_text",
    "describe_text",
    "forecast_text",
    "rem_text",
    "write_forecast_report",
    "write_rem_report",
    "write_report",
]

_HOMES = {
    "write_report": "melian.report.document",
    "attribution_text": "melian.report.describe",
    "describe_text": "melian.report.describe",
    "forecast_text": "melian.report.forecast_describe",
    "rem_text": "melian.report.rem_describe",
    "write_forecast_report": "melian.report.forecast",
    "write_rem_report": "melian.report.rem",
}


def __getattr__(name: str) -> Any:
    """Load a public name on first use, so that importing the package stays cheap."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
