"""One question to a system of dyads, with the answers of both methods."""

from __future__ import annotations

from dataclasses import dataclass

from melian.measures.var_beside import Beside
from melian.measures.var_model import Responses, System
from melian.measures.var_settings import Question

__all__ = ["Asked", "Variants"]


@dataclass(frozen=True, slots=True)
class Variants:
    """The same Granger test on other readings of the data, p each; None where a series is constant.

    Attributes
    ----------
    net : float or None
        As asked.
    directed : float or None
        Joint events left out.
    counts : float or None
        Numbers of events, directed and joint, in place of net points.
    attention : float or None
        Reports in the whole store of the same step as a control.
    """

    net: float | None
    directed: float | None
    counts: float | None
    attention: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """One question with both answers.

    Attributes
    ----------
    question : Question
    system : System
    answer, past : int
        Columns of the system.
    responses : Responses
    variants : Variants
    beside : Beside or None
    """

    question: Question
    system: System
    answer: int
    past: int
    responses: Responses
    variants: Variants
    beside: Beside | None
