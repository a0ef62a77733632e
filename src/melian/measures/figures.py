"""Figures as the sentences of measures write them; their values come from estimates only."""

from __future__ import annotations

from melian.measures.answer import Estimate

__all__ = ["number_text", "p_text", "points_text", "share_text", "span_text"]


def share_text(value: float) -> str:
    """Write a share as a percentage.

    Examples
    --------
    >>> share_text(0.274), share_text(0.004), share_text(-0.031)
    ('27%', '0.4%', '−3%')
    """
    size = abs(100.0 * value)
    text = f"{size:.1f}%" if 0.0 < size < 1.0 else f"{size:.0f}%"
    return f"−{text}" if value < 0.0 and text.strip("0.%") else text


def number_text(value: float) -> str:
    """Write a plain number with three decimals, two from 1 on, one from 10 on.

    Examples
    --------
    >>> number_text(0.0124), number_text(-1.25), number_text(12.34)
    ('0.012', '−1.25', '12.3')
    """
    size = abs(value)
    text = f"{size:.1f}" if size >= 10 else f"{size:.2f}" if size >= 1 else f"{size:.3f}"
    return f"−{text}" if value < 0.0 and text.strip("0.") else text


def span_text(estimate: Estimate, *, share: bool = False) -> str:
    """Write an estimate with its interval, or that it is undefined and why.

    Examples
    --------
    >>> span_text(Estimate(0.274, 0.2, 0.31, events=50), share=True)
    '27% (20% to 31%)'
    >>> span_text(Estimate.undefined("no events"))
    'undefined (no events)'
    """
    if estimate.value is None:
        return f"undefined ({estimate.reason})"
    write = share_text if share else number_text
    if estimate.low is None or estimate.high is None:
        return f"{write(estimate.value)} (no interval)"
    return f"{write(estimate.value)} ({write(estimate.low)} to {write(estimate.high)})"


def points_text(estimate: Estimate) -> str:
    """Write a difference of shares with its interval, in percentage points.

    Examples
    --------
    >>> points_text(Estimate(-0.214, -0.3, 0.0, events=50))
    '−21.4 points (−30.0 to 0.0)'
    """
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return f"undefined ({estimate.reason})"
    parts = (f"{100.0 * part:.1f}" for part in (estimate.value, estimate.low, estimate.high))
    value, low, high = ("0.0" if part == "-0.0" else part.replace("-", "−") for part in parts)
    return f"{value} points ({low} to {high})"


def p_text(p_value: float) -> str:
    """Write a p-value.

    Examples
    --------
    >>> p_text(0.0312), p_text(0.0004)
    ('p = 0.031', 'p < 0.001')
    """
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}"
