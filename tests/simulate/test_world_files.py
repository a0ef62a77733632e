"""World and scenario files: the bundled one, one written by hand, and everything that can be wrong in one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from melian.errors import InputError
from melian.simulate import simulate_aegean
from melian.simulate.expectation import expected_counts as old_counts
from melian.study.world_file import change_from_text, read_scenario, read_world, world_from_tables
from melian.study.world_page import world_page
from melian.study.world_run import load_world
from melian.worlds.growth import expected_counts, growth_radius
from melian.worlds.written import world_from_tables as form_of

SMALL = """
[world]
since = 2020-01-01
until = 2020-12-31
instruments = ["economy", "force"]
[answers]
reply = 0.3
half_lives = [2.0]
weights = [1.0]
[actors.Ares]
size = 0.5
[actors.Hera]
size = 1.0
reply = 0.6
taste = {force = 0.0}
[[blocs]]
actor = "Hera"
bloc = "OLYMPUS"
since = 2020-06-01
"""


def tables(text: str = SMALL) -> dict[str, object]:
    import tomllib

    return tomllib.loads(text)


def test_aegean_is_the_world_of_the_older_simulator() -> None:
    world, old = load_world("aegean"), simulate_aegean()
    assert world.actors == old.world.actors
    assert np.array_equal(world.level[0], old.parameters.level)
    assert world.n_steps - world.record == old.world.n_steps
    per_day, joint = old_counts(old.parameters)
    directed, met = expected_counts(world)
    assert directed / world.n_steps == pytest.approx(per_day, rel=1e-6, abs=1e-9)
    assert met / world.n_steps == pytest.approx(joint, rel=1e-6, abs=1e-9)


def test_a_small_world_is_what_it_says() -> None:
    world = form_of(world_from_tables(tables()).tables)
    hera, ares = world.actors.index("Hera"), world.actors.index("Ares")
    assert world.level[0, ares, hera].tolist() == [0.5, 0.5]
    assert world.level[0, hera, ares].tolist() == [1.0, 0.0]
    assert world.theta[0, hera, 0, 2, 0, 0] == pytest.approx(0.6)
    assert growth_radius(world) == pytest.approx(np.sqrt(0.3 * 0.6), abs=1e-4)
    assert world.bloc is None


def test_levels_blocs_and_changes_of_a_file() -> None:
    text = SMALL.replace("[answers]", 'split = "OLYMPUS"\n[answers]') + (
        '[[levels]]\nsource = "Ares"\ntarget = "Hera"\ninstrument = "force"\nper_day = 3.0\n'
        '[[change]]\nwhat = "baseline"\nactors = ["Ares"]\nsince = 2020-07-01\n'
    )
    file = world_from_tables(tables(text))
    world = form_of(file.tables, file.changes)
    assert world.level[0, 0, 1, 1] == 3.0
    assert world.level[1, 0].sum() == 0.0
    day = world.day(dt.date(2020, 6, 1))
    assert world.member[1, day - 1 : day + 1].tolist() == [False, True]
    assert [c.name for c in world.columns][3:6] == ["reply", "alarm[OLYMPUS]", "alarm[rest]"]


def test_page_on_the_world_file_is_up_to_date() -> None:
    page = Path(__file__).parents[2] / "docs" / "world-file.md"
    assert page.read_text(encoding="utf-8") == world_page(), "run python docs/build.py"


BAD: list[tuple[str, Callable[[str], str], str]] = [
    (
        "unknown table",
        lambda t: t + "[seasons]\nforce = 1.0\n",
        "[seasons] is not a table of a world; did you mean season?",
    ),
    (
        "unknown key",
        lambda t: t.replace("size = 0.5", "sizes = 0.5"),
        "[actors.Ares] sizes is not a key of this table; did you mean size?",
    ),
    ("missing day", lambda t: t.replace("since = 2020-01-01\n", "", 1), "[world] since is missing"),
    (
        "impossible date",
        lambda t: t.replace("since = 2020-01-01", 'since = "2020-02-31"', 1),
        "'2020-02-31' is not a date",
    ),
    ("days turned round", lambda t: t.replace("until = 2020-12-31", "until = 2019-12-31"), "is after until"),
    ("negative rate", lambda t: t.replace("size = 0.5", "size = -0.5"), "size: -0.5 is not a number from 0"),
    (
        "unknown actor",
        lambda t: t.replace('actor = "Hera"', 'actor = "Hera2"'),
        "'Hera2' is not an actor of this world; did you mean Hera?",
    ),
    (
        "unknown instrument",
        lambda t: t.replace('"force"]', '"farce"]'),
        "'farce' is not known (did you mean 'force'?)",
    ),
    ("one actor", lambda t: t.split("[actors.Hera]")[0], "[actors] names fewer than two actors"),
    (
        "weights",
        lambda t: t.replace("weights = [1.0]", "weights = [0.5]"),
        "weights must hold one share for each half-life",
    ),
    (
        "nobody acts",
        lambda t: t.replace("size = 0.5", "size = 0.0").replace("size = 1.0", "size = 0.0"),
        "nobody does anything",
    ),
    (
        "change",
        lambda t: t + '[[change]]\nwhat = "cap"\nfactor = 2.0\n',
        "factor is not a key of a change of 'cap'",
    ),
]


@pytest.mark.parametrize(("spoil", "words"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_bad_world_files(spoil: Callable[[str], str], words: str) -> None:
    with pytest.raises(InputError) as error:
        world_from_tables(tables(spoil(SMALL)), name="my.toml")
    assert words in str(error.value)
    assert str(error.value).startswith("my.toml: ")


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(InputError, match=r"2 problems:\n  - .*\n  - "):
        world_from_tables(
            tables(SMALL.replace("size = 0.5", "size = -1").replace("reply = 0.6", "replies = 0.6"))
        )


def test_supercritical_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hot.toml"
    path.write_text(SMALL.replace("reply = 0.3", "reply = 0.9\npersistence = 0.5"))
    with pytest.raises(InputError, match="spectral radius of 1"):
        load_world(path)


def test_scenario_files(tmp_path: Path) -> None:
    path = tmp_path / "quiet.toml"
    path.write_text('about = "x"\n[[change]]\nwhat = "relation"\nrelations = ["reply"]\nfactor = 0.5\n')
    read = read_scenario(path)
    assert (read.name, read.changes[0].factor) == ("quiet", 0.5)
    path.write_text('titel = "x"\n[[change]]\nwhat = "relation"\nfaktor = 0.5\n')
    with pytest.raises(
        InputError, match=r"faktor is not a key of a change of 'relation'; did you mean factor"
    ):
        read_scenario(path)
    path.write_text("[[change]\n")
    with pytest.raises(InputError, match="is not TOML"):
        read_scenario(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_world(tmp_path / "nowhere.toml")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is not of the form KIND key=value"),
        ("baseline Athens", "is not of the form KIND key=value"),
        ("basline actors=A", "did you mean 'baseline'"),
        ("baseline factor=-1", "-1.0 is not a number from 0"),
        ("baseline factor=lots", "'lots' is not a number"),
        ("baseline since=1570-02-31", "is not a date"),
        ("cap most=2.5", "'2.5' is not a whole number"),
    ],
)
def test_bad_changes_of_the_command_line(text: str, words: str) -> None:
    with pytest.raises(InputError, match="change") as error:
        change_from_text(text)
    assert words in str(error.value)
