"""Worlds with known truth: a seeded branching simulator that shares no code with the fit.

A world is drawn from a `World`, simulated by `simulate`, counted by `truth_of`, and seen by the fit through
`to_history` (perfect reporting) or `to_table` (reports as sources write them).
"""

from melian.simulate.aegean import AegeanFiles, bc_year, simulate_aegean, write_aegean
from melian.simulate.cells import to_history
from melian.simulate.faults import ReportedWorld, reported_worlds
from melian.simulate.grid import recovery_grid
from melian.simulate.parameters import Parameters, draw_parameters
from melian.simulate.reporting import Reporting, to_table
from melian.simulate.simulated import SimulatedWorld, simulate
from melian.simulate.specs import Baseline, Branching, Kernel, Regime, World, WorldSpec
from melian.simulate.truth import Truth, truth_of

__all__ = [
    "AegeanFiles",
    "Baseline",
    "Branching",
    "Kernel",
    "Parameters",
    "Regime",
    "ReportedWorld",
    "Reporting",
    "SimulatedWorld",
    "Truth",
    "World",
    "WorldSpec",
    "bc_year",
    "draw_parameters",
    "recovery_grid",
    "reported_worlds",
    "simulate",
    "simulate_aegean",
    "to_history",
    "to_table",
    "truth_of",
    "write_aegean",
]
