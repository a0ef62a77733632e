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


def in_points(result: CurveResult) -> bool:
    """Whether the estimate is a difference of shares, which is told in points; an actor may hold a hyphen."""
    actors = [actor for actor in result.data.get("actors", ()) if "-" in actor]
    apart = "-" in result.estimate and not any(result.estimate.endswith(f".{actor}") for actor in actors)
    return result.measure == "shares" and (apart or " less " in result.estimate)


def value_text(result: CurveResult, value: float | None) -> str:
    """Write a value of the estimate: a percentage for shares, points for their differences, else a number."""
    if value is None or result.measure != "shares":
        return number(value)
    text = _signed(value)
    return f"{text.removesuffix('%')} points" if in_points(result) else text


def reference_text(result: CurveResult) -> str:
    """Write the reference as short as it is."""
    if result.measure != "shares":
        return f"{result.reference:g}"
    points = in_points(result)
    unit = "%" if not points else " points" if result.reference else ""
    return f"{100 * result.reference:g}{unit}"


def _bare(result: CurveResult, value: float | None) -> str:
    """Write a value whose unit follows, or went before."""
    return value_text(result, value).removesuffix(" points")


def _signed(share: float) -> str:
    return percent(share).replace("-", "−")


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
    spread = f" ({_bare(result, main.low)} to {_bare(result, main.high)})"
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
        f"between {_bare(result, found.quartiles[0])} and {value_text(result, found.quartiles[1])}, all "
        f"of them between {_bare(result, found.least)} and {value_text(result, found.most)}."
    )
    reference = reference_text(result)
    own = "the median" if result.main.value is None else "the study’s own"
    side = (
        f"Of those with a value {_whole(found.above)} lie above {reference}, and {_whole(found.same_sign)} "
        f"on the side of {own}. The whole 90% interval lies above {reference} in "
        f"{_whole(found.surely_above)} and below it in {_whole(found.surely_below)}."
    )
    if found.distinct < found.defined and found.same_sign_distinct is not None:
        side += (
            f" Only {count(found.distinct)} of the results differ, as a choice may change nothing in these "
            f"data; counted once each, {_whole(found.same_sign_distinct)} lie on the side of {own}."
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
    whole = result.measure == "shares" and not in_points(result) and result.reference <= 0.0
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
            "undefined" if row["variance"] is None else _signed(row["variance"]),
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
