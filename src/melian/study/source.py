"""An open store whose histories are kept by their settings, for runs that ask for many of them."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

from melian.study.run import study_history

if TYPE_CHECKING:
    from melian.data.connect import Store
    from melian.history import EventHistory
    from melian.study.model import Study

__all__ = ["Source"]

KEPT: Final = 8


class Source:
    """Histories of one store; those last asked for are kept.

    Parameters
    ----------
    store : Store
        Open; it must stay open as long as the source is asked.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._kept: OrderedDict[str, EventHistory] = OrderedDict()

    def history(self, study: Study, **instead: Any) -> EventHistory:
        """Load the history that a study names; the same settings give the same object.

        Parameters
        ----------
        study : Study
        **instead
            Arguments of `melian.data.load_history` in place of the study's.
        """
        asked = repr((study.data, study.model.blocs, sorted(instead.items())))
        if asked not in self._kept:
            self._kept[asked] = study_history(study, self.store, **instead)
        self._kept.move_to_end(asked)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return self._kept[asked]
