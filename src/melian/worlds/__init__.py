"""Worlds that can be run: fitted or hand-written, simulated forward, changed by scenarios, and contrasted.

Not to be confused with `melian.simulate`, whose older simulator writes worlds with known truth for the fit to
recover and shares no code with it.
"""

from melian.worlds.ahead import simulate_ahead
from melian.worlds.fitted import world_from_fit
from melian.worlds.form import WorldForm
from melian.worlds.run import Path, Runs, simulate_paths, simulate_runs

__all__ = ["Path", "Runs", "WorldForm", "simulate_ahead", "simulate_paths", "simulate_runs", "world_from_fit"]
