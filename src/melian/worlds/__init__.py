"""Worlds that can be run: fitted or hand-written, simulated forward, changed by scenarios, and contrasted.

Not to be confused with `melian.simulate`, whose older simulator writes worlds with known truth for the fit to
recover and shares no code with it.
"""

from melian.worlds.ahead import simulate_ahead
from melian.worlds.contrast import Contrast, Ensemble, contrast, simulate_ensemble
from melian.worlds.fitted import world_from_fit
from melian.worlds.form import WorldForm
from melian.worlds.observed import expected_path, history_of
from melian.worlds.output import event_table
from melian.worlds.reach import reach_of
from melian.worlds.run import Path, Runs, simulate_paths, simulate_runs
from melian.worlds.scenario import Change, Scenario, Setting
from melian.worlds.stepwise import simulate_steps

__all__ = [
    "Change",
    "Contrast",
    "Ensemble",
    "Path",
    "Runs",
    "Scenario",
    "Setting",
    "WorldForm",
    "contrast",
    "event_table",
    "expected_path",
    "history_of",
    "reach_of",
    "simulate_ahead",
    "simulate_ensemble",
    "simulate_paths",
    "simulate_runs",
    "simulate_steps",
    "world_from_fit",
]
