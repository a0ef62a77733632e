"""A specification curve in words: the answer, what moves it, what is undefined; and as plain text."""

from __future__ import annotations

from melian.curve.result import CurveResult
from melian.report.numerals import count, listing, number, percent

__all__ = ["axis_name", "curve_notes", "curve_sentences", "curve_text", "reference_text", "value_text"]

JOINT = (
    "No joint test over the specifications is made: Simonsohn, Simmons and Nelson (2020) refit the whole "
    "curve to data made anew under a null, many times, which would cost hundreds of curves. The shares of "
    "specifications describe; they share their data and are not independent."
)

NEVER_BELOW = (
    "A share is never below 0, so that its sign says nothing here; name a reference (0.5, say) or a "
    "difference of two actors (initiative.A-B)."
)


def axis_name(name: str) -> str:
    """Give an axis's name as words.

    Examples
    --------
    >>> axis_name("half_lives"), axis_name("re_report_days")
    ('half lives', 're-report days')
    """
    return name.replace("re_report", "re-report").replace("_", " ")


def value_text(result: CurveResult, value: float | None) -> str:
    """Write a value of the estimate: a percentage for shares, else a number."""
    if value is None or result.measure != "shares":
        return number(value)
    return percent(value).replace("-", "−")


def reference_text(result: CurveResult) -> str:
    """Write the reference as short as it is."""
    return f"{100 * result.reference:g}%" if result.measure == "shares" else f"{result.reference:g}"


def curve_sentences(result: CurveResult) -> tuple[str, ...]:
    """Give the answer: the study's own specification, all of them together, and what moves the estimate."""
    found = result.verdict
    if found.defined == 0:
        return (_main(result), f"None of the {count(found.specs)} specifications has a value.")
    return (_main(result), *_together(result), *_moved(result))


def _main(result: CurveResult) -> str:
    main = result.main
    if main.value is None:
        return f"Under the study's own choices {result.estimate} is undefined: {main.reason}."
    spread = f" ({value_text(result, main.low)} to {value_text(result, main.high)})"
    return (
        f"Under the study's own choices {result.estimate} is {value_text(result, main.value)}"
        f"{spread if main.low is not None else ''}, from {count(main.events)} events."
    )


def _together(result: CurveResult) -> tuple[str, str]:
    found = result.verdict
    assert found.quartiles is not None
    assert found.same_sign is not None
    assert found.above is not None
    assert found.surely_above is not None
    assert found.surely_below is not None
    some = "all" if found.specs == result.combinations else "a sample"
    known = "" if found.defined == found.specs else f" {count(found.defined)} of them have a value."
    size = (
        f"{count(found.specs)} specifications were run, {some} of the {count(result.combinations)} that the "
        f"choices allow.{known} Their median is {value_text(result, found.median)}; the middle half lies "
        f"between {value_text(result, found.quartiles[0])} and {value_text(result, found.quartiles[1])}, all "
        f"of them between {value_text(result, found.least)} and {value_text(result, found.most)}."
    )
    reference = reference_text(result)
    side = (
        f"Of those with a value {_whole(found.above)} lie above {reference}, and {_whole(found.same_sign)} "
        f"on the side of {'the median' if result.main.value is None else 'the study’s own'}. The whole 90% "
        f"interval lies above {reference} in {_whole(found.surely_above)} and below it in "
        f"{_whole(found.surely_below)}."
    )
    return size, side


def _whole(share: float) -> str:
    """Write a share of specifications so that all and none stand out."""
    return "all" if share == 1.0 else "none" if share == 0.0 else percent(share)


def _moved(result: CurveResult) -> tuple[str, ...]:
    frame = result.influence_frame().drop_nulls("variance")
    if not frame.height:
        return ()
    top = frame.row(0, named=True)
    alone = ""
    if top["alone"] is not None:
        apart = _points(result, top["alone"])
        alone = f" Changed alone from the study's own choices it moves the estimate by {apart}."
    return (
        f"The choice that moves it most is {axis_name(top['axis'])}: {percent(top['variance'])} of the "
        f"variance over specifications goes with it, and its values lie {_points(result, top['mean_range'])} "
        f"apart when all other choices are held equal.{alone} {percent(result.influence.rest)} of the "
        "variance goes with no single choice: with choices together, and with chance.",
    )


def _points(result: CurveResult, value: float) -> str:
    return f"{100.0 * value:.1f} points" if result.measure == "shares" else number(value)


def curve_notes(result: CurveResult) -> tuple[str, ...]:
    """Say what is undefined and why, and what was not done."""
    lost = [
        f"{count(n)} of {count(result.verdict.specs)} specifications are undefined: {reason}"
        for reason, n in result.undefined().items()
    ]
    apart = "-" in result.estimate or " less " in result.estimate
    whole = result.measure == "shares" and not apart and result.reference <= 0.0
    return (
        *(text if text.endswith(".") else text + "." for text in lost),
        *([NEVER_BELOW] if whole else []),
        JOINT,
    )


def curve_text(result: CurveResult) -> str:
    """Give the curve as text for the terminal."""
    data = result.data
    span = f"{data['since']} to {data['until']}"
    head = f"{result.estimate} ({result.measure}), {span}, snapshot {data['snapshot']}."
    rows = [
        (
            axis_name(row["axis"]),
            "undefined" if row["variance"] is None else percent(row["variance"]),
            "undefined" if row["mean_range"] is None else _points(result, row["mean_range"]),
        )
        for row in result.influence_frame().iter_rows(named=True)
    ]
    table = [("choice", "variance", "values apart"), *rows]
    widths = [max(len(row[i]) for row in table) for i in range(3)]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in table]
    actors = f"Actors: {listing(list(data['actors']), 12)}."
    notes = [f"Note: {note}" for note in curve_notes(result)]
    return "\n".join([head, actors, "", *curve_sentences(result), "", *lines, "", *notes])
