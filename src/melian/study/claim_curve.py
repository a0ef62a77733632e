"""The specification curve of a test: the same estimate under the choices that the claim's grid names."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from melian.claims.claim import Claim, Curve, Evidence
from melian.claims.expression import difference, figure_of, mean_of, names_in
from melian.claims.verdict import Finding
from melian.curve.result import CurveResult, make_result
from melian.errors import InputError, StudyError
from melian.measures.answer import Estimate
from melian.study.claim_data import ClaimData
from melian.study.claim_measures import TABLES_OF
from melian.study.curve_axes import axes_of
from melian.study.model import Study
from melian.study.run import Progress

__all__ = ["check_specs", "curve_problems", "with_curve"]


def with_curve(claim: Claim, finding: Finding, data: ClaimData, *, specs: int, progress: Progress) -> Finding:
    """Run the curve of a claim over one of its tests.

    Raises
    ------
    InputError
        If the measure gives no such estimate in the main specification.
    """
    from melian.study.curve import curve_of

    evidence = finding.evidence
    study = data.study(evidence, evidence.since, evidence.until).replace(reference=finding.thresholds[0])
    names = _names(evidence)
    curves = {
        # All estimates of a specification are kept at once, so that only the first name costs time.
        name: curve_of(
            study,
            data.source(evidence),
            measure=evidence.measure,
            estimate=name,
            axes=claim.curve.axes,
            vary=tuple(claim.curve.axes),
            specs=specs,
            progress=progress,
        )
        for name in names
    }
    curve = curves[names[0]] if len(names) == 1 else _joined(curves, finding)
    return replace(finding, curve=curve)


def _names(evidence: Evidence) -> list[str]:
    """Give the estimates that a test is made of."""
    parts = (evidence.estimate, *evidence.than.estimates)
    found = [name for part in parts for name in names_in(part, evidence.instruments)]
    return list(dict.fromkeys(found))


def _joined(curves: Mapping[str, CurveResult], finding: Finding) -> CurveResult:
    """Put the estimates of each specification together as the test does."""
    evidence = finding.evidence
    first = next(iter(curves.values()))
    frames = {name: curve.frame.to_dicts() for name, curve in curves.items()}
    joined = []
    for spec in range(first.frame.height):
        known = {name: _estimate(rows[spec]) for name, rows in frames.items()}
        joined.append(_tested(known, evidence))
    labels = [first.frame[axis.name].to_list() for axis in first.axes]
    rows = [[axis.values.index(label) for label in column]
            for axis, column in zip(first.axes, labels, strict=True)]  # fmt: skip
    return make_result(
        np.array(rows, dtype=np.int64).T,
        joined,
        [_called(evidence)] * len(joined),
        axes=first.axes,
        measure=evidence.measure,
        estimate=_called(evidence),
        reference=finding.thresholds[0],
        combinations=first.combinations,
        data=first.data,
        settings=first.settings,
    )


def _tested(known: Mapping[str, Estimate], evidence: Evidence) -> Estimate:
    """Give what is compared with the threshold, from the estimates of one specification."""
    figure = figure_of(known, names_in(evidence.estimate, evidence.instruments))
    if evidence.than.estimates:
        others = [figure_of(known, names_in(n, evidence.instruments)) for n in evidence.than.estimates]
        reference = mean_of(others)
        bad = next((f for f in (figure, reference) if f.value is None), None)
        figure = bad or difference(figure, reference, independent=False)
    return Estimate(figure.value, figure.low, figure.high, figure.events, figure.reason)


def _estimate(row: Mapping[str, Any]) -> Estimate:
    if row["estimate"] is None:
        return Estimate.undefined(row["reason"] or "undefined", events=row["events"] or 0)
    return Estimate(row["estimate"], row["low"], row["high"], row["events"] or 0)


def _called(evidence: Evidence) -> str:
    """Name the sum or difference that a test is about."""
    than = evidence.than.estimates
    if not than:
        return evidence.estimate
    against = than[0] if len(than) == 1 else f"mean of {', '.join(than)}"
    return f"{evidence.estimate} less {against}"


def curve_problems(one: Evidence, curve: Curve, study: Study) -> Iterator[str]:
    """Name what keeps a curve from being run over a test."""
    if one.measure in TABLES_OF:
        yield f"curve: {one.measure!r} reads tables, for which there are no other specifications"
        return
    if any(actor.endswith(":") for actor in one.actors):
        # A curve names the same actors in every specification, members one by one.
        yield "curve: no curve is run over a test whose actors are blocs"
    if one.than.other_window:
        yield "curve: no curve is run over the difference of two periods"
    tables: dict[str, Any] = {name: list(values) for name, values in curve.axes.items()}
    try:
        axes = axes_of(study.replace(axes=tables, vary=tuple(tables)), one.measure)
    except StudyError as error:
        lines = str(error).splitlines()
        for line in lines[1:] if len(lines) > 1 else lines:
            yield f"curve: {line.strip().removeprefix('- ').rstrip('.')}"
        return
    sizes = [len(axis.values) for axis in axes]
    if curve.specs < _fewest(sizes):
        yield f"curve: specs = {curve.specs} is fewer than the {_fewest(sizes)} that this grid needs"


def check_specs(claims: Sequence[Claim], specs: int) -> None:
    """Refuse a number of specifications that is too small for the grid of some claim.

    Raises
    ------
    InputError
        Naming the claim and the least number.
    """
    for claim in claims:
        least = _fewest([len(values) for values in claim.curve.axes.values()])
        if any(one.curve for one in claim.evidence) and specs < least:
            raise InputError(
                f"specs={specs} is too few for the grid of claim {claim.id}; give {least} or more, or none "
                "with --no-curve."
            )


def _fewest(sizes: Sequence[int]) -> int:
    """Give the least number of specifications: all, or the main one and those that differ in one choice."""
    return min(math.prod(sizes), 1 + sum(size - 1 for size in sizes))
