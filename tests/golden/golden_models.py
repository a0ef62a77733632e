"""Golden name -> melian formula: what remstats with coxph, relevent, goldfish and eventnet fitted."""

from __future__ import annotations

from dataclasses import dataclass

from melian.rem.config import RemConfig

A = "inertia + reciprocity + outdegree_sender + indegree_receiver + otp + itp"
B = "inertia + reciprocity + outdegree_sender + indegree_receiver + otp(kind='unique') + itp(kind='unique')"
PREVIOUS = "(halflife=100, clock='previous')"
FIXED = "fixed_sender(reference='1') + fixed_receiver(reference='1')"
ORDINAL = RemConfig()
ALL = RemConfig(first_event="include")
INTERVAL = RemConfig(likelihood="interval", first_event="include")


def each(text: str, arguments: str) -> str:
    """Give every term of a formula the same arguments."""
    return " + ".join(name + arguments for name in text.split(" + "))


@dataclass(frozen=True, slots=True)
class Golden:
    """One golden model: the melian formula, settings, clock and observation of the events, tight or not."""

    formula: str
    config: RemConfig = ORDINAL
    clock: str = "time"
    since: float | None = None
    until: float | None = None
    tight: bool = True


SYNTHETIC = {
    "A_full": Golden(A),
    "B_unique": Golden(B),
    "C_decay100_time_prev": Golden(each(A, PREVIOUS)),
    "C_decay100_event_index_prev": Golden(each(A, PREVIOUS), clock="order"),
    "C_decay100_time_now": Golden(each(A, "(halflife=100)"), ALL),
    "C_window100_event_index": Golden(each(A, "(window=100)"), clock="order"),
    "G_std": Golden(each(A, "(scaling='std')")),
    "D_prop": Golden(
        each("inertia + reciprocity + outdegree_sender + indegree_receiver", "(scaling='prop')")
        + " + otp + itp"
    ),
    "H_ten_raw_counts": Golden(
        "inertia + reciprocity + outdegree_sender + outdegree_receiver + indegree_sender + indegree_receiver"
        " + otp + itp + osp + isp"
    ),
    "I_recency_pshift_rrank": Golden(
        "recency_continue + recency_send_sender + recency_receive_receiver + psABBA + psABBY + psABXA"
        " + psABXB"
        " + psABAY + rrank_send + rrank_receive"
    ),
    "E_interval_unique": Golden(B, INTERVAL, since=0.0),
    "E_interval_unique_start_at_event1": Golden(B, INTERVAL),
    "F_DyNAM_choice": Golden(
        "inertia + reciprocity + indegree_receiver + otp(kind='unique') + itp(kind='unique')",
        RemConfig(model="choice", first_event="include"),
    ),
    "F_DyNAM_rate_ordinal": Golden(
        "indegree_sender + outdegree_sender", RemConfig(model="rate", first_event="include")
    ),
    "F_DyNAM_rate_interval": Golden(
        "indegree_sender + outdegree_sender",
        RemConfig(model="rate", likelihood="interval", first_event="include"),
    ),
}

RATE = RemConfig(model="rate", first_event="include")
CHOICE = RemConfig(model="choice", first_event="include")
RATE_TIMED = RemConfig(model="rate", likelihood="interval", first_event="include")
CALLS = "indegree_sender(kind='unique') + outdegree_sender(kind='unique')"
LAST_CHANGE = 1224374400.0
"""goldfish observes until the last change of friendship, after the last call."""
WINDOW = "indegree_sender(kind='unique', window=300) + outdegree_sender(kind='unique', window=300)"
CHOICES = "inertia(kind='unique') + reciprocity(kind='unique')"
MOD02 = f"{CHOICES} + tie('friend') + tie('friend', reverse=True) + same('gradeType') + same('floor')"

SOCIAL_EVOLUTION = {
    "t1_mod00Rate": Golden(CALLS, RATE, tight=False),
    "t1_mod00Rate_tight": Golden(CALLS, RATE),
    "t1_mod00Choice": Golden(f"{CHOICES} + otp(kind='unique')", CHOICE, tight=False),
    "t1_mod00Choice_tight": Golden(f"{CHOICES} + otp(kind='unique')", CHOICE),
    "t1_mod01Choice": Golden("tie('friend')", CHOICE, tight=False),
    "t1_mod02Choice": Golden(MOD02, CHOICE, tight=False),
    "t1_mod02Choice_tight": Golden(MOD02, CHOICE),
    "t1_mod02Rate": Golden(f"{CALLS} + ego('popularity')", RATE, tight=False),
    "t1_mod02Rate_tight": Golden(f"{CALLS} + ego('popularity')", RATE),
    "t1_mod03Rate": Golden(f"{CALLS} + ego('popularity')", RATE_TIMED, until=LAST_CHANGE, tight=False),
    "t1_mod03Rate_tight": Golden(f"{CALLS} + ego('popularity')", RATE_TIMED, until=LAST_CHANGE),
}
UNCONVERGED = {
    "t1_mod04Rate_window300": Golden(f"{CALLS} + {WINDOW} + ego('popularity')", RATE_TIMED, until=LAST_CHANGE)
}

DOCUMENTED = {
    "remstimate_doc_tie_data": Golden("inertia + reciprocity", RemConfig(likelihood="interval"), tight=False),
    "relevent_doc_FE_ordinal": Golden(FIXED, ALL, tight=False),
}

STATISTICS = {
    "full": A,
    "unique": B,
    "decay100prev": each(A, PREVIOUS),
    "prop": SYNTHETIC["D_prop"].formula,
    "more": "outdegree_receiver + indegree_sender + osp + isp",
    "rp": SYNTHETIC["I_recency_pshift_rrank"].formula,
}
"""Prefix of the columns of observed statistics -> formula, in the order of the columns."""
