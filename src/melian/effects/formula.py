"""The formula: `"inertia + reciprocity(halflife=30) + alliance * reciprocity"` read into terms.

Read with the standard library's `ast`. The maintained formula parser (formulaic 1.2) was tried: it keeps a
call as opaque text, so that its arguments need `ast` anyway, drops what is written twice or subtracted
without a word, and brings pandas and SciPy into every start of the program.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final, NoReturn

from melian.effects.effect import Effect
from melian.effects.registry import COMMON, EFFECTS, check_term
from melian.effects.term import Memory, Product, Term
from melian.errors import InputError

__all__ = ["covariate_names", "parse_formula"]

MEMORY_ARGUMENTS: Final = ("halflife", "window", "interval", "clock")
Group = tuple[tuple[Term, ...], ...]
"""Terms joined by +; each is a tuple of its factors, one for a plain term."""


def parse_formula(
    text: str,
    *,
    names: Mapping[str, str] | None = None,
    memory: Memory | None = None,
    scaling: str = "raw",
) -> tuple[Term | Product, ...]:
    """Read a formula into terms.

    `a + b` are two terms, `a : b` is the product of two, `a * b` stands for `a + b + a : b`. A term is the
    name of an effect, with arguments in brackets where it takes some: `otp(kind='unique')`,
    `difference('cinc', log=True)`. The name of a covariate of pairs alone stands for `tie` of it.

    Parameters
    ----------
    text : str
    names : mapping of str to {'actor', 'dyad', 'step', 'category', 'own'}, optional
        Covariates, and effects of the user's own, that the formula may name. None: any name in quotes is
        taken as a covariate.
    memory : Memory, optional
        Of effects that give none of their own; default full.
    scaling : str
        Of effects that give none of their own and take it.

    Returns
    -------
    tuple of Term or Product

    Raises
    ------
    InputError
        Naming the place in the formula, what was found, and what is allowed, with the nearest name.

    Examples
    --------
    >>> terms = parse_formula("inertia + ally * reciprocity(halflife=30)", names={"ally": "dyad"})
    >>> [term.label for term in terms]
    ['inertia', "tie('ally')", 'reciprocity(halflife=30)', "tie('ally'):reciprocity(halflife=30)"]
    >>> parse_formula("inertia + reciprocty")
    Traceback (most recent call last):
    ...
    melian.errors.InputError: formula, character 11: 'reciprocty' is not an effect; did you mean \
'reciprocity'? `melian effects` lists them all.
    """
    reader = _Reader(text, names, memory or Memory(), scaling)
    tree = _tree(text)
    reader.refuse_twice(tree)
    groups = reader.sum(tree)
    return tuple(factors[0] if len(factors) == 1 else Product(factors) for factors in groups)


def covariate_names(terms: tuple[Term | Product, ...]) -> tuple[str, ...]:
    """Give the covariates that terms ask for, in order, each once.

    Examples
    --------
    >>> covariate_names(parse_formula("ego('cinc') + difference('cinc') + tie('ally')"))
    ('cinc', 'ally')
    """
    factors = [f for term in terms for f in (term.factors if isinstance(term, Product) else (term,))]
    return tuple(dict.fromkeys(str(f.get("covariate")) for f in factors if f.get("covariate") is not None))


def _tree(text: str) -> ast.expr:
    """Parse the text; `:` becomes `**`, which binds tighter than `*` as `:` does in R."""
    if not text.strip():
        raise InputError("the formula is empty; write one such as 'inertia + reciprocity'.")
    try:
        return ast.parse(_powered(text).replace("\n", " ").strip(), mode="eval").body
    except SyntaxError as error:
        open_end = text.rstrip().endswith(("+", "*", ":"))
        spot = "" if open_end else text[max((error.offset or 1) - 1, 0) :].strip()[:20]
        near = f" near {spot!r}" if spot else " at its end"
        raise InputError(
            f"formula {text.strip()!r} cannot be read{near}: {error.msg}. Join terms by +, : or *, and close "
            "every bracket and quote."
        ) from error


def _powered(text: str) -> str:
    """Write `**` for each colon outside brackets and quotes."""
    out, depth, quote = [], 0, ""
    for letter in text:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        out.append("**" if letter == ":" and not quote and not depth else letter)
    return "".join(out)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns the tree of one formula into terms."""

    text: str
    names: Mapping[str, str] | None
    memory: Memory
    scaling: str

    def sum(self, node: ast.expr) -> Group:
        """Read terms joined by +, *, :; a term that an interaction brings twice stands once."""
        if isinstance(node, ast.BinOp) and type(node.op) in _JOINS:
            joined = _JOINS[type(node.op)](self.sum(node.left), self.sum(node.right))
            return tuple(dict.fromkeys(joined))
        if isinstance(node, ast.Name):
            return ((self.named(node),),)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return ((self.called(node, node.func.id),),)
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            self.refuse(
                node, f"found {node.value!r}; leave it out: a baseline is there where a model has one"
            )
        self.refuse(
            node, f"found {self.source(node)!r}; a term is an effect such as inertia or otp(kind='unique')"
        )

    def refuse_twice(self, node: ast.expr) -> None:
        """Refuse a plain term that is written twice."""
        seen: set[str] = set()
        while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            for side in (node.right, node.left):
                if isinstance(side, ast.Name | ast.Call) and ast.dump(side) in seen:
                    self.refuse(side, f"{self.source(side)} stands twice; leave one out")
                seen.add(ast.dump(side))
            node = node.left

    def named(self, node: ast.Name) -> Term:
        """Read an effect without brackets, or the name of a covariate of pairs."""
        kind = (self.names or {}).get(node.id)
        if kind == "dyad" and node.id not in EFFECTS:
            return Term("tie", (("covariate", node.id),))
        if kind == "own":
            return Term(node.id)
        if kind == "step":
            return Term("event", (("covariate", node.id),))
        if kind is not None and node.id not in EFFECTS:
            self.refuse(
                node,
                f"{node.id!r} is an attribute of actors; say whose: ego('{node.id}'), alter('{node.id}'), "
                f"same('{node.id}'), difference('{node.id}') ...",
            )
        return self.made(node, self.effect(node, node.id), {})

    def called(self, node: ast.Call, name: str) -> Term:
        """Read an effect with its arguments."""
        effect = self.effect(node, name)
        given: dict[str, Any] = {}
        if node.args:
            if not effect.covariate or len(node.args) > 1:
                self.refuse(node.args[0], f"{name} takes {_allowed(effect)}, each as name=value")
            given["covariate"] = self.covariate(node.args[0], effect)
        for keyword in node.keywords:
            if keyword.arg is None or keyword.arg in given:
                self.refuse(keyword, f"{keyword.arg or '**'} cannot stand here or stands twice")
            given[keyword.arg] = (
                self.covariate(keyword.value, effect)
                if keyword.arg == "covariate"
                else self.value(keyword.value, keyword.arg)
            )
        return self.made(node, effect, given)

    def made(self, node: ast.AST, effect: Effect, given: dict[str, Any]) -> Term:
        """Make the term; what it takes, the registry knows."""
        known = (*effect.arguments, *_settings(effect))
        for name in given:
            if name not in known:
                near = get_close_matches(name, known, n=1)
                hint = f" Did you mean {near[0]!r}?" if near else ""
                self.refuse(node, f"{effect.name} takes {_allowed(effect)}, not {name!r}.{hint}")
        if isinstance(given.get("types"), str) and given["types"] != "same":
            given["types"] = (given["types"],)
        try:
            memory = _memory(given, self.memory) if effect.memory else Memory()
            scaling = given.pop("scaling", self.scaling if self.scaling in effect.scalings else "raw")
            term = Term(effect.name, tuple(sorted(given.items())), memory=memory, scaling=scaling)
            check_term(term)
        except InputError as error:
            self.refuse(node, str(error))
        return term

    def effect(self, node: ast.AST, name: str) -> Effect:
        """Look an effect up."""
        if name in EFFECTS:
            return EFFECTS[name]
        known = (*EFFECTS, *(self.names or ()))
        near = get_close_matches(name, known, n=3, cutoff=0.5)
        hint = f"; did you mean {' or '.join(repr(n) for n in near)}?" if near else "."
        self.refuse(node, f"{name!r} is not an effect{hint} `melian effects` lists them all.")

    def covariate(self, node: ast.expr, effect: Effect) -> str:
        """Read the name of a covariate, in quotes or not."""
        name = node.id if isinstance(node, ast.Name) else self.value(node, "covariate")
        if not isinstance(name, str):
            self.refuse(node, f"{effect.name} takes the name of a covariate, found {name!r}")
        if self.names is not None:
            self.known(node, name, effect)
        return name

    def known(self, node: ast.AST, name: str, effect: Effect) -> None:
        """See that a covariate is given and of the kind that the effect reads."""
        names = {n: kind for n, kind in (self.names or {}).items() if kind != "own"}
        if name not in names:
            near = get_close_matches(name, names, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            given = f"given: {', '.join(names)}" if names else "none is given"
            self.refuse(node, f"there is no covariate {name!r}{hint} ({given})")
        kind = "actor" if names[name] == "category" else names[name]
        if kind != effect.covariate:
            whose = {"actor": "actors", "dyad": "pairs of actors", "step": "time alone"}
            self.refuse(
                node,
                f"{effect.name} reads an attribute of {whose[effect.covariate]}; {name!r} is one of "
                f"{whose[kind]}",
            )
        if names[name] == "category" and effect.name != "same":
            self.refuse(node, f"{name!r} holds texts; only same('{name}') can compare them")

    def value(self, node: ast.expr, name: str) -> Any:
        """Read a number, text, true or false, or a list of them; lists become tuples."""
        try:
            found = ast.literal_eval(node)
        except ValueError:
            self.refuse(node, f"{name}={self.source(node)}: write a number, True, False, or a text in quotes")
        return tuple(found) if isinstance(found, list) else found

    def source(self, node: ast.AST) -> str:
        """Give the part of the formula behind a node."""
        return (ast.get_source_segment(_powered(self.text).strip(), node) or "").replace("**", ":")

    def refuse(self, node: ast.AST, words: str) -> NoReturn:
        """Say what is wrong and where."""
        before = _powered(self.text).strip()[: getattr(node, "col_offset", 0)]
        end = "" if words.endswith((".", "?")) else "."
        raise InputError(f"formula, character {len(before.replace('**', ':')) + 1}: {words}{end}")


def _allowed(effect: Effect) -> str:
    """Name the arguments that an effect takes."""
    names = (*effect.arguments, *_settings(effect))
    return ", ".join(names) if names else "no arguments"


def _settings(effect: Effect) -> tuple[str, ...]:
    """Name the arguments about memory and scaling that an effect takes."""
    scaling = ("scaling",) if len(effect.scalings) > 1 else ()
    return (*(MEMORY_ARGUMENTS if effect.memory else ()), *scaling, *COMMON)


def _memory(given: dict[str, Any], default: Memory) -> Memory:
    """Take the memory out of the arguments."""
    asked = {name: given.pop(name) for name in MEMORY_ARGUMENTS if name in given}
    kinds = [name for name in asked if name != "clock"]
    if len(kinds) > 1:
        raise InputError(f"{' and '.join(kinds)} are two memories; give one")
    clock = asked.get("clock", default.clock)
    if not kinds:
        return Memory(default.kind, default.span, clock)
    span = asked[kinds[0]]
    numbers = span if isinstance(span, tuple) else (span,)
    if not all(isinstance(n, int | float) and not isinstance(n, bool) for n in numbers):
        raise InputError(f"{kinds[0]}={span!r} must be a length of time in the unit of the events")
    return Memory(kinds[0], tuple(float(n) for n in numbers), clock)


def _plus(left: Group, right: Group) -> Group:
    return left + right


def _product(left: Group, right: Group) -> Group:
    return tuple(tuple(dict.fromkeys(a + b)) for a in left for b in right)


def _crossed(left: Group, right: Group) -> Group:
    return left + right + _product(left, right)


_JOINS: Final[dict[type, Callable[[Group, Group], Group]]] = {
    ast.Add: _plus,
    ast.Pow: _product,
    ast.Mult: _crossed,
}
