"""From a hand-written world to the one form: the parameters of its cast, relation by relation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from melian.options import RELATIONS
from melian.simulate.cast import cast_parameters
from melian.simulate.parameters import Parameters
from melian.simulate.polities import Membership, cast_of
from melian.simulate.specs import World
from melian.simulate.written import WARM_UP, world_of
from melian.worlds.form import Column, WorldForm
from melian.worlds.scenario import Change, Scenario, changed_world

__all__ = ["world_from_tables"]

Floats = NDArray[np.float64]
THIRD: Final = ("spread", "alarm", "joining", "alignment")


def world_from_tables(tables: Mapping[str, Any], changes: Sequence[Change] = ()) -> WorldForm:
    """Make the form of a world file, warm-up before the record included.

    Parameters
    ----------
    tables : mapping
        Validated, with defaults filled in (`melian.study.world_file`).
    changes : sequence of Change
        The file's own changes.

    Raises
    ------
    InputError
        If the branching would explode, or a change does not fit the world.
    """
    world, cast = world_of(tables), cast_of(tables)
    form = _form(world, cast_parameters(world, cast), cast.leagues, tables["world"].get("split"))
    for row in tables.get("levels", ()):
        i, j = (world.actors.index(row[end]) for end in ("source", "target"))
        form.level[0, i, j, world.instruments.index(row["instrument"])] = row["per_day"]
    return changed_world(form, Scenario(name="the file's own changes", changes=tuple(changes)))


def _form(
    world: World, parameters: Parameters, leagues: Sequence[Membership], split: str | None
) -> WorldForm:
    n, k, days = world.n_actors, world.n_instruments, world.n_days
    columns = _columns(split)
    relations = [RELATIONS.index(column.relation) for column in columns]
    kernel = world.branching.kernel
    off = ~np.eye(n, dtype=bool)
    third = np.array([column.relation in THIRD for column in columns])
    spread = np.where(third[:, None, None], parameters.target_weight, 1.0) * off
    course = parameters.course
    return WorldForm(
        actors=world.actors, instruments=world.instruments,
        origin=world.origin - dt.timedelta(days=WARM_UP), n_steps=days, record=WARM_UP, columns=columns,
        rho=np.exp2(-1.0 / np.array(kernel.half_lives)), phase=np.zeros(days, dtype=np.int32),
        level=parameters.level[None].copy(), channel=np.ones((1, n, n, k)),
        joint_level=parameters.joint_level[None].copy(), joint_channel=np.ones((1, n, n, k)), course=course,
        joint_course=course * parameters.exposure[:, None, :], exposure=parameters.exposure[:, None, :],
        daily=parameters.weekday, theta=_theta(parameters, relations, third, np.array(kernel.weights))[None],
        joint_theta=parameters.joint_self * np.eye(k)[:, :, None] * np.array(kernel.weights),
        spread=spread, trigger=parameters.trigger[relations][None].copy(), bloc=split,
        member=_member(world, leagues, split),
        notes=("A written world: what it is made of is known, and the figures hold for it alone.",),
    )  # fmt: skip


def _theta(p: Parameters, relations: Sequence[int], third: NDArray[np.bool_], weights: Floats) -> Floats:
    """Give the offspring per parent and channel, (N, K, C, K, B); third parties open N - 2 channels."""
    n = p.totals.shape[1]
    opens = np.where(third, max(n - 2, 1), 1)
    total = p.totals[relations] / opens[:, None]
    mapped = p.provocation[relations][:, :, None] * p.instrument_map[relations]
    return np.asarray(np.einsum("ci,cqk,b->ikcqb", total, mapped, weights))


def _columns(split: str | None) -> tuple[Column, ...]:
    if split is None:
        return tuple(Column(relation, relation) for relation in RELATIONS)
    sides = ((f"[{split}]", 0), ("[rest]", 1))
    out: list[Column] = []
    for relation in RELATIONS:
        parts = sides if relation in THIRD else (("", -1),)
        out += [Column(relation + name, relation, side) for name, side in parts]
    return tuple(out)


def _member(world: World, leagues: Sequence[Membership], split: str | None) -> NDArray[np.bool_]:
    """Membership in the bloc by day, warm-up included, (N, T)."""
    member = np.zeros((world.n_actors, world.n_days), dtype=bool)
    for row in leagues:
        if row.league == split:
            first = (dt.date.fromisoformat(row.since) - world.origin).days + WARM_UP
            end = world.n_days - 1 - WARM_UP
            if row.until:
                end = (dt.date.fromisoformat(row.until) - world.origin).days
            last = end + WARM_UP + 1
            member[world.actors.index(row.polity), max(first, 0) : max(last, 0)] = True
    return member
