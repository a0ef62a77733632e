"""The run of claims: from files and data to verdicts and pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from melian.claims.claim import Claim, Evidence
from melian.claims.expression import Figure, difference, figure_of, mean_of, names_in
from melian.claims.verdict import ClaimVerdict, Finding, claim_verdict
from melian.errors import MelianError
from melian.study.claim_curve import check_specs, with_curve
from melian.study.claim_data import SLACK, ClaimData
from melian.study.output import prepare_folder
from melian.study.run import Progress, silent

if TYPE_CHECKING:
    from melian.measures.answer import Answer

__all__ = ["find", "run_claims", "write_claims"]


def run_claims(
    claims: Sequence[Claim],
    paths: Mapping[str, str],
    *,
    specs: int | None = None,
    progress: Progress | None = None,
) -> tuple[ClaimVerdict, ...]:
    """Run claims on data; the same claims and data give the same verdicts.

    Parameters
    ----------
    claims : sequence of Claim
    paths : mapping of str to str
        Logical name to file. A test whose data are not given is undecided, with that reason.
    specs : int, optional
        Specifications of each curve, instead of what the claims say; 0: no curves.
    progress : Progress, optional

    Raises
    ------
    StoreError
        If a file that was given is no store.
    InputError
        If `specs` is too few for the grid of a claim.
    """
    tell = progress or silent
    if specs:
        check_specs(claims, specs)
    total = sum(len(claim.evidence) for claim in claims)
    done, verdicts = 0, []
    with ClaimData(paths, tell) as data:
        data.answer_all(one for claim in claims for one in claim.evidence if not _obstacle(one, data))
        for claim in claims:
            findings = []
            for evidence in claim.evidence:
                tell(f"{claim.id}: {evidence.name}", done / total)
                findings.append(find(claim, evidence, data, specs=specs, progress=tell))
                done += 1
            verdicts.append(claim_verdict(claim, findings))
    return tuple(verdicts)


def find(
    claim: Claim,
    evidence: Evidence,
    data: ClaimData,
    *,
    specs: int | None = None,
    progress: Progress = silent,
) -> Finding:
    """Estimate what a test asks for, or say why it cannot be.

    Whatever the data cannot answer (an actor without events, a window without days) is the reason why the
    test is undecided; a file that is no store is an error.
    """
    obstacle = _obstacle(evidence, data)
    if obstacle:
        return Finding.undecidable(evidence, obstacle)
    try:
        return _found(claim, evidence, data, specs=specs, progress=progress)
    except MelianError as error:
        return Finding.undecidable(evidence, f"the data cannot answer: {str(error).rstrip('.')}")


def _obstacle(evidence: Evidence, data: ClaimData) -> str:
    """Say what keeps a test from being looked at; "" where nothing does."""
    missing = data.missing(evidence)
    if missing:
        return f"no data were given for {missing!r}"
    return "" if data.store(evidence) is None else _lacking(evidence, data)


def _lacking(evidence: Evidence, data: ClaimData) -> str:
    """Say what a store lacks of what a test needs, before anything is estimated."""
    from melian.data.presence import presence

    needs, than = evidence.needs, evidence.than
    there = presence(data.source(evidence).store, names=needs.names, actors=needs.actors)
    if there.no_name:
        names = ", ".join(f"“{name}”" for name in there.no_name)
        return (
            f"no report in the data names {names}; what is counted to such an actor is its persons and "
            "offices only"
        )
    if there.no_actor:
        return f"the data have no deed of {', '.join(there.no_actor)}"
    windows = [(evidence.since, evidence.until)]
    windows += [(than.since, than.until)] if than.other_window else []
    return next((said for said in (_outside(w, (there.since, there.until)) for w in windows) if said), "")


def _outside(window: tuple[dt.date | None, dt.date | None], days: tuple[dt.date, dt.date]) -> str:
    first, last = window
    cut = (first and first < days[0] - SLACK) or (last and last > days[1] + SLACK)
    apart = (first and first > days[1]) or (last and last < days[0])
    if cut or apart:
        asked = f"{first or 'their first day'} to {last or 'their last day'}"
        return f"the data run from {days[0]} to {days[1]}, and the test is about {asked}"
    return ""


def _found(
    claim: Claim, evidence: Evidence, data: ClaimData, *, specs: int | None, progress: Progress
) -> Finding:
    answer = data.answer(evidence, evidence.since, evidence.until)
    outside = _outside((evidence.since, evidence.until), _days(answer))
    if outside:
        return Finding.undecidable(evidence, outside, answer)
    estimate = _figure(answer, evidence.estimate, evidence)
    reference = _reference(evidence, data, answer)
    tested = estimate
    if reference is not None:
        bad = next((figure for figure in (estimate, reference) if figure.value is None), None)
        tested = bad or difference(estimate, reference, independent=evidence.than.other_window)
    finding = Finding(
        evidence,
        estimate,
        reference,
        tested,
        tuple((name, _figure(answer, name, evidence)) for name in evidence.beside),
        answer=answer,
        searched=answer.tests.get(evidence.test),
        funnel=data.funnel(evidence),
        obstacle=_too_few(evidence, tested) or _untested(evidence, answer),
    )
    if specs == 0 or not evidence.curve or not finding.decidable:
        return finding
    return with_curve(claim, finding, data, specs=specs or claim.curve.specs, progress=progress)


def _days(answer: Answer) -> tuple[dt.date, dt.date]:
    return dt.date.fromisoformat(answer.data["since"]), dt.date.fromisoformat(answer.data["until"])


def _figure(answer: Answer, expression: str, evidence: Evidence) -> Figure:
    return figure_of(answer.estimates, names_in(expression, evidence.instruments))


def _reference(evidence: Evidence, data: ClaimData, answer: Answer) -> Figure | None:
    """Give the estimates that a test is held against, their mean where there are several."""
    than = evidence.than
    if not than.estimates:
        return None
    if than.other_window:
        answer = data.answer(evidence, than.since, than.until)
        outside = _outside((than.since, than.until), _days(answer))
        if outside:
            return Figure(None, reason=outside)
    return mean_of([_figure(answer, name, evidence) for name in than.estimates])


def _too_few(evidence: Evidence, tested: Figure) -> str:
    least = evidence.needs.events
    if tested.value is not None and tested.events < least:
        return f"{tested.events:,} events are behind it; the claim asks for {least:,}"
    return ""


def _untested(evidence: Evidence, answer: Answer) -> str:
    if evidence.test and evidence.test not in answer.tests:
        near = get_close_matches(evidence.test, answer.tests, n=1, cutoff=0.4)
        return f"the measure ran no test {evidence.test!r}{f'; nearest: {near[0]}' if near else ''}"
    return ""


def write_claims(verdicts: Sequence[ClaimVerdict], out: str | Path) -> Path:
    """Write a page for each claim, the index, and all results as JSON and CSV.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    from melian.report.claims import claim_files
    from melian.report.files import write_files

    folder = prepare_folder(out)
    write_files(folder, claim_files(verdicts))
    return folder / "index.html"
