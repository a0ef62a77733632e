"""Who told the reports of a study's history, for the check that splits them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from melian.study.run import study_history

if TYPE_CHECKING:
    from melian.checks.subject import Told
    from melian.data.connect import Store
    from melian.history import EventHistory
    from melian.study.model import Study

__all__ = ["told_of"]


def told_of(study: Study, store: Store, history: EventHistory) -> Told:
    """Count who told the reports of a history, and give what some of them told, while the store is open."""
    from melian.checks.subject import Told
    from melian.data.funnel import FunnelOptions
    from melian.data.report_sources import report_sources

    data = study.data
    rules: dict[str, Any] = {
        "without": data.without, "level": data.level, "crosswalk": data.crosswalk, "span": data.span,
        "joined": study.model.blocs if data.level == "bloc" else (), "re_report_days": data.re_report_days,
    }  # fmt: skip
    options = FunnelOptions(**rules)
    days = {"since": history.since, "until": history.until}

    def part(names: Sequence[str]) -> EventHistory:
        return study_history(study, store, actors=history.actors, keep_idle=True, told_by=names, **days)

    return Told(report_sources(store, options, actors=history.actors, **days), part)
