"""The page `docs/checks.md`, written from the registry."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from melian.checks.quick import QUICK
from melian.checks.registry import CHECKS, Check
from melian.checks.result import LEVEL

__all__ = ["checks_page"]

HEAD: Final = """# Checks

What a hostile reader would ask of an attribution, run by `melian check`. Each check has a verdict:

- **passed** or **failed**: by the rule that its row below gives;
- **informative**: there is no rule, the table is to be read;
- **not run**: the data do not allow it, and the sentence says why.

A check that fails is a finding about the data or the model, not a fault of the command: the exit status is 0
whatever the checks say, 1 if the input cannot be used.

```
melian check --store events.duckdb --actors RUS,USA,UKR
melian check --store events.duckdb --checks placebo,lead --json -
melian check --study report/study.toml --out checks
```

The folder of `--out` holds `report.html`, `result.json`, a CSV for the table and one for the figure of each
check under `tables/`, and the `study.toml` that replays the run.
"""

TESTS: Final = tuple(check for check in CHECKS.values() if check.null)
SMALL_FAILS: Final = "the test does not reject at 5%"
"""Rule of the tests that fail where p is small; the others pass there."""


def _named(checks: Iterable[Check]) -> str:
    """Name checks in a sentence."""
    *names, last = [f"`{check.name}`" for check in checks]
    return f"{', '.join(names)} and {last}"


QUICK_TABLE: Final = "\n".join(
    [
        "| check | what it asks | passes where |",
        "| --- | --- | --- |",
        *(f"| `{check.name}` | {check.question} | {check.rule} |" for check in QUICK.values()),
    ]
)
READING: Final = f"""
## In the report of an attribution

`melian attribute` writes the checks that need no fits of their own into its report and, under `checks`, into
`result.json`; they are of the estimator that the answer has. With `checks = "all"` under `[run]` in the
[study file](study.md) the list above joins them, with `"none"` there are none.

{QUICK_TABLE}

## How to read them

**One estimator.** All fits, also the first, are by the fast estimator, whatever estimator the study names:
dozens of fits are needed, and only like may be set beside like. Roughness, attention and targets are chosen
once, on the history as it is; all relations take part.

**How many tests.** Each test has the level {LEVEL:.0%} for itself. The answer says how many ran and gives
Holm's adjusted p-values beside the plain ones; where several checks are read together, read those. A small
p-value is bad news for {_named(t for t in TESTS if t.rule == SMALL_FAILS)}, and good
news for {_named(t for t in TESTS if t.rule != SMALL_FAILS)}: the table says against what it speaks.

**What `placebo` can reach.** Its p-value is a rank: with 39 shifts it cannot be below 1/40, so that among
the {len(TESTS)} tests of the list it survives Holm's adjustment only where nearly all others do.
Read its table for how far the share stands above the floor, or run it alone: `melian check --checks placebo`.

**What the residuals are.** Each day is expected by a fit that did not see it. `pit`, `autocorrelation` and
`rescaling` set their statistic beside those of 199 records drawn from the model and learned anew by one step
(`melian.checks.learned`), since levels and courses are learned from the same record.

**How often a true hypothesis is rejected.** On 400 worlds each, simulated so that the hypothesis holds (four
actors, 3,000 events): `pit` 3.5%, `rescaling` 4.0%, `dispersion` 4.8%, `lead` 5.0%, `placebo` 7.5%,
`reactive` 6.0%, `reversal` 4.5%, `visits` 3.4% (of 384), `autocorrelation` 3.8% (on seeds that its
constant was not chosen on). With two instruments (352 worlds): `pit` 3.4%, `rescaling` 6.2%,
`autocorrelation` 3.1%, `dispersion` 3.1%. With six actors, three instruments, half-lives off those of the fit
and hyper-parameters chosen (155 worlds of 4,000 events): `pit` 3.9%, `rescaling` 5.2%, `autocorrelation`
3.2%, `dispersion` none: Pearson's statistic varies less where levels are learned from the same record than
its law allows, the more so the fewer events a day has. `python bench/null_worlds.py` runs them again.

**What hangs on the seed.** `pit` and `rescaling` cut the days into parts at random and place counts at
random within their steps or days. On one record of 3,000 events the p-value of `rescaling` went from 0.06 to
0.87 over six seeds, that of `pit` on another from 0.07 to 0.65 (eight placings in the mean do not change
that: which days are left out together matters more). The rates above hold over worlds; where a verdict is
near 5%, try other seeds.

**How much is found.** A share of reaction of 0.15 in actors with 5,000 events each stood above the floor of
`placebo` in 48 of 50 worlds of four actors over 1,000 days, in 48 of 50 of a pair over 3,000 days, and in 41
of 50 of a pair over 1,000 days: ten deeds a day between two say less of one reply (`python bench/power.py`).

**What they say of ICEWS 2018.** Of 16 checks on the ten actors with most events 5 pass. Reaction stands above
shifted calendars, and yet the others' past does not tell more than their future, the fast estimator reads 31%
of what a dead actor does as momentum and reaction, and a hidden driver that moves the daily rate of all by a
quarter would do for the share of reaction. Days shared by many, such as a summit or a story that all papers
carry, would look like that. No share of reaction from ten months of these data should be quoted without it.

**What `placebo` and `lead` cannot do.** A driver that is not in the data and moves two actors one after the
other passes both. Where two actors answer each other alike, past and future tell alike, and `lead` does not
pass: it asks for an order in time that the data need not have. It leaves attention out of both its fits.

**What `reversal` says.** Deeds that follow deeds have a direction in time, be it reaction or momentum: fewer
nats are lost forwards. Shifted calendars keep the momentum, so that what the record has beyond them lies
between the actors. Where it has less than they, deeds gather before what they concern: days announced before.
With momentum of 0.4 and no answers it passed in 4 of 60 worlds of four actors (3,000 events), with a share
of reply of 0.35 in 34 of 40; where actors answer each other alike it may not pass. Its p-value is a rank, as
that of `lead`, and cannot be below 1/20.

**What `placebo-actor` says.** The free weights of the fast estimator take a part of the initiative even of an
actor that answers nobody and remembers nothing; the table gives that part for every actor that was replaced.
It is the floor below which momentum and reaction together say nothing.

**What `visits` says.** An act told from both sides is two opposite deeds of one day. What lies beyond the
days beside it, and beyond what other instruments show, are mirrors that the funnel did not join. The daily
model lets no day answer itself, so that few of them become replies; without the step `mirrors` more would.

**What `hidden-driver` says.** It bounds a driver of all actors on the same days, not one of two among many.
The correlation of daily counts holds the driver down; that of one with a long memory is small, so that such a
driver is what the record can least exclude.

**What `forecasts` judges.** Forecasts of the fast fit by one day. Levels, courses and weights are those of
fits to earlier days; weekdays' factors and the hyper-parameters (how rough courses are, how far targets
differ) come from the whole record, the judged days among them, so that it is a little kinder than a forecast
made at the time. Attention is left out. `melian forecast` has its own distribution and its own report on it.

**What `thinning` says.** Parents that are missing cannot be found: with fewer events the true share of
reaction among the recorded ones is lower. Shares of a record that misses half are those of that record.

**What `halves` splits.** Where the store is at hand (`melian check`, `melian attribute`) and the reports have
four sources or more that can be told apart, of which none told more than 60%, random halves of the sources:
what each half told is made into events and fitted anew, three times. A source is the host of a report's
address (GDELT, Phoenix, a table with a column `url`), else the kind of file: ICEWS and KEDS name none, nor
does `Fit.check`, which has the history alone. Then random halves of the events are compared, which shows the
noise of sampling and nothing about sources; the sentence says which of the two was done. GDELT keeps one
address an event, so that its halves share no event. A bias common to all reports stays in both halves.

**What `radius` says.** A level that stands still makes slow change look like persistence. Where initiative
differs much the answer hangs on how fast the baseline may move; try other `knots` in the
[study file](study.md). A spectral radius of 1 and more says that by this fit chains of deeds do not die out.
"""


def checks_page() -> str:
    """Write the page on checks as Markdown."""
    head = ("check", "what it asks", "passes where", "a small p-value speaks against", "fits", "after")
    lines = [head, ("---",) * len(head), *map(_row, CHECKS.values())]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return f"{HEAD}\n## The list\n\n{table}\n{READING}"


def _row(check: Check) -> tuple[str, ...]:
    null = check.null or "(no test)"
    return f"`{check.name}`", check.question, check.rule, null, check.fits, check.reference
