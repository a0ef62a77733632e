"""The formula: what it gives, and what it refuses, with the place and the nearest name."""

from __future__ import annotations

import pytest

from melian.effects.formula import covariate_names, parse_formula
from melian.effects.term import Memory, Product, Term
from melian.errors import InputError

NAMES = {"cinc": "actor", "alliance": "dyad", "region": "category", "crisis": "step"}


def labels(text: str) -> list[str]:
    return [term.label for term in parse_formula(text, names=NAMES)]


def test_the_formula_of_the_design() -> None:
    terms = parse_formula(
        "inertia + reciprocity(halflife=30) + otp(kind='unique') + difference('cinc', log=True)"
        " + alliance * reciprocity",
        names=NAMES,
    )
    ally = Term("tie", (("covariate", "alliance"),))
    assert terms == (
        Term("inertia"),
        Term("reciprocity", memory=Memory.halflife(30)),
        Term("otp", (("kind", "unique"),)),
        Term("difference", (("covariate", "cinc"), ("log", True))),
        ally,
        Term("reciprocity"),
        Product((ally, Term("reciprocity"))),
    )
    assert covariate_names(terms) == ("cinc", "alliance")


def test_interactions_read_as_in_r() -> None:
    assert labels("inertia:otp") == ["inertia:otp"]
    assert labels("inertia*otp") == ["inertia", "otp", "inertia:otp"]
    assert labels("inertia*otp*isp")[-1] == "inertia:otp:isp"
    assert len(labels("inertia*otp*isp")) == 7
    assert labels("inertia*otp + inertia*isp") == ["inertia", "otp", "inertia:otp", "isp", "inertia:isp"]
    assert labels("(inertia + otp) : ego(cinc)") == ["inertia:ego('cinc')", "otp:ego('cinc')"]
    assert labels("inertia:otp*isp") == ["inertia:otp", "isp", "inertia:otp:isp"], ": binds tighter than *"
    assert labels("crisis:inertia") == ["event('crisis'):inertia"]


def test_memories_scalings_and_their_defaults() -> None:
    text = (
        "inertia(window=90, scaling='log1p') + otp(interval=(3, 9), clock='previous') + psABBA + ego('cinc')"
    )
    inertia, otp, shift, ego = parse_formula(text, memory=Memory.halflife(7), scaling="log1p")
    assert isinstance(inertia, Term)
    assert inertia.memory == Memory.window(90)
    assert isinstance(otp, Term)
    assert otp.memory == Memory.interval(3, 9, clock="previous")
    assert otp.scaling == "log1p"
    assert (shift, ego) == (Term("psABBA"), Term("ego", (("covariate", "cinc"),)))
    (plain,) = parse_formula("inertia", memory=Memory.halflife(7))
    assert plain == Term("inertia", memory=Memory.halflife(7))


def test_spaces_lines_and_quotes_do_not_matter() -> None:
    assert labels('inertia\n + otp ( kind = "unique" )') == labels("inertia+otp(kind='unique')")
    assert labels("ego(cinc)") == labels("ego('cinc')") == labels("ego(covariate='cinc')")
    assert labels("inertia(types='force')") == labels("inertia(types=['force'])")


BAD = [
    ("", "the formula is empty"),
    ("inertia +", "cannot be read at its end"),
    ("inertia(", "'(' was never closed"),
    ("inertia otp", "cannot be read near 'otp'"),
    ("inertia + inertai", "character 11: 'inertai' is not an effect; did you mean 'inertia'?"),
    ("inertia + nonsense", "`melian effects` lists them all."),
    ("inertia + otp + inertia", "inertia stands twice"),
    ("inertia - otp", "a term is an effect such as"),
    ("1 + inertia", "found 1; leave it out"),
    ("'inertia'", "a term is an effect such as"),
    ("otp(knd='unique')", "not 'knd'. Did you mean 'kind'?"),
    ("otp(kind='uniq')", "allowed: 'sum', 'unique'."),
    ("otp(kind=otp)", "write a number, True, False, or a text in quotes"),
    ("inertia(30)", "character 9: inertia takes"),
    ("psABBA(halflife=3)", "psABBA takes types, varying, not 'halflife'"),
    ("inertia(halflife=-3)", "must be finite and not negative"),
    ("inertia(halflife='x')", "must be a length of time"),
    ("inertia(halflife=3, window=3)", "two memories; give one"),
    ("inertia(scaling='logg')", "did you mean"),
    ("ego", "name a covariate, as in ego('cinc')"),
    ("ego('cinq')", "there is no covariate 'cinq'; did you mean 'cinc'? (given: cinc,"),
    ("tie('cinc')", "reads an attribute of pairs of actors; 'cinc' is one of actors"),
    ("cinc", "say whose: ego('cinc')"),
    ("ego('region')", "only same('region') can compare them"),
]


@pytest.mark.parametrize(("text", "words"), BAD)
def test_bad_formulas_are_refused_with_place_and_nearest_name(text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_formula(text, names=NAMES)
    assert words.lower() in str(caught.value).lower()
