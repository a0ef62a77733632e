"""Axes of a curve: default ones, those of the study, and what is wrong with them, before anything is run."""

from __future__ import annotations

import pytest

from melian.errors import StudyError
from melian.study import Study
from melian.study.curve_axes import apply_value, axes_of
from melian.study.model import study_from_mapping


def asked(**curve: object) -> Study:
    return study_from_mapping({"curve": curve})


def test_default_axes_begin_with_the_studys_own_values() -> None:
    axes = {axis.name: axis for axis in axes_of(Study().replace(knots=60, without=["statements"]), "shares")}
    assert axes["knots"].labels == ("60", "auto", "15")
    assert axes["statements"].labels == ("in", "out")
    assert axes["level"].slow
    assert not axes["half_lives"].slow
    assert len(axes) == 12


def test_other_measures_vary_the_data_only() -> None:
    assert {axis.name for axis in axes_of(Study(), "toolkits")} == {
        "dedupe", "re_report_days", "statements", "level", "crosswalk", "reactive", "unit",
    }  # fmt: skip


def test_any_key_can_be_an_axis() -> None:
    (axis,) = axes_of(asked(axes={"sweeps": [120, 400]}, vary=["sweeps"]), "shares")
    assert axis.labels == ("120", "400")


@pytest.mark.parametrize(
    ("curve", "words"),
    [
        ({"vary": ["half_live"]}, "did you mean half_lives?"),
        ({"axes": {"levle": ["state"]}}, "did you mean level?"),
        ({"axes": {"level": ["sate"]}}, "did you mean 'state'"),
        ({"axes": {"dedupe": ["mirror kept"]}}, "did you mean 'mirrors kept'"),
        ({"axes": {"half_lives": [[0, 5]]}}, "0.1 to 3650"),
        ({"axes": {"knots": ["auto", 15]}, "vary": ["store"]}, "store cannot be an axis"),
        ({"vary": ["seed"]}, "has no values; give them"),
        ({"vary": ["without", "dedupe"], "axes": {"without": [["mirrors"]]}}, "contradicts"),
        ({"vary": ["knots"], "axes": {"knots": ["auto"]}}, "no axis with several values"),
        ({"axes": {"knots": 15}}, "is not a list of values"),
        ({"estimat": "x"}, "did you mean estimate?"),
    ],
)
def test_what_is_wrong_is_said_with_the_nearest_name(curve: dict[str, object], words: str) -> None:
    with pytest.raises(StudyError) as error:
        axes_of(asked(**curve), "shares")
    assert words in str(error.value)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(StudyError, match="3 problems") as error:
        axes_of(asked(axes={"knots": ["autp"], "level": ["sate"], "unti": ["event"]}), "shares")
    assert all(word in str(error.value) for word in ("autp", "sate", "unti"))


def test_dedupe_and_statements_share_the_key_without() -> None:
    study = apply_value(
        apply_value(Study().replace(without=["domestic"]), "dedupe", "mirrors kept"), "statements", "in"
    )
    assert study.data.without == ("domestic", "mirrors", "statements")
    assert apply_value(study, "dedupe", "full").data.without == ("domestic", "statements")


def test_blocs_are_joined_where_the_study_names_none() -> None:
    assert apply_value(Study(), "level", "bloc").model.blocs == ("NATO", "CSTO")
    assert apply_value(Study().replace(blocs=["EU"]), "level", "bloc").model.blocs == ("EU",)
