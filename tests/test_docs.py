"""What the documentation says holds for the program: commands, options, study keys, links, examples."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import melian
from melian.cli.examples import ExampleCommand
from melian.cli.main import COMMANDS, EXAMPLES, cli
from melian.cli.page import commands_page
from melian.simulate.aegean import write_aegean
from melian.study.page import study_page
from melian.study.schema import SECTIONS, keys_of

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
CODE = re.compile(r"```(\w*)\n(.*?)```|`([^`\n]+)`", re.DOTALL)
SHARED = {"store", "actors", "since", "until", "without", "study_file", "out", "json_file"}
"""Options that most commands have; the others are their own, eight at most."""


def commands() -> dict[str, ExampleCommand]:
    context = click.Context(cli, info_name="melian")
    found = {name: cli.get_command(context, name) for name in COMMANDS}
    assert all(isinstance(command, ExampleCommand) for command in found.values())
    return found  # type: ignore[return-value]


def code_in(page: Path) -> Iterator[str]:
    """Yield each line of code of a page, from blocks and from spans."""
    for language, block, span in CODE.findall(page.read_text(encoding="utf-8")):
        if language not in ("text", "python", "toml", "bibtex"):
            yield from (block or span).splitlines()


def option_names(command: click.Command) -> set[str]:
    return {name for option in command.params for name in option.opts} | {"--help"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_documented_commands_and_options_exist(page: Path) -> None:
    known = commands()
    for line in code_in(page):
        for called in re.findall(r"(?:^|\s|/)melian ((?:--)?[a-z]+\b[^|&]*)", line):
            name, *rest = called.split()
            if name.startswith("--"):
                continue
            assert name in known, f"{page.name}: {line!r} calls melian {name}, which is not a command"
            unknown = {word for word in rest if re.fullmatch(r"--[a-z-]+", word)} - option_names(known[name])
            assert not unknown, f"{page.name}: {line!r} uses {unknown}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_documented_options_alone_exist(page: Path) -> None:
    scripts = "".join(script.read_text(encoding="utf-8") for script in ROOT.glob("bench/*.py"))
    every = {name for command in commands().values() for name in option_names(command)} | {"--slow"}
    every |= set(re.findall(r"--[a-z][a-z-]*", scripts))
    for line in code_in(page):
        if re.match(r"--[a-z]", line):
            assert line.split()[0] in every, f"{page.name}: {line!r}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_documented_study_keys_hold_allowed_values(page: Path) -> None:
    known = {key.name: key for section in SECTIONS for key in keys_of(section)}
    for line in code_in(page):
        if re.fullmatch(r"[a-z_]+ = .+", line):
            for name, value in tomllib.loads(line).items():
                assert name in known, f"{page.name}: {line!r} is not a key of the study file"
                known[name].kind.read(value)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name}: {target} does not exist"


def test_generated_pages_are_current() -> None:
    advice = "is not what the program says; run python docs/build.py"
    assert (ROOT / "docs/study.md").read_text(encoding="utf-8") == study_page(), f"docs/study.md {advice}"
    assert (ROOT / "docs/commands.md").read_text(encoding="utf-8") == commands_page(), (
        f"docs/commands.md {advice}"
    )


def test_every_command_has_help_and_few_options() -> None:
    for name, command in commands().items():
        assert command.help, name
        options = [option for option in command.params if isinstance(option, click.Option)]
        own = [option for option in options if option.name not in SHARED]
        assert len(own) <= 8, name
        assert all(option.help for option in options), name


def test_examples_in_help_parse() -> None:
    known = commands()
    given = [*EXAMPLES, *(example for command in known.values() for example in command.examples)]
    for example in given:
        program, name, *words = shlex.split(example.split(" | ")[0])
        assert program == "melian"
        known[name].make_context(name, words)


def test_every_command_is_named_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"melian {name}" in readme for name in COMMANDS)


def test_every_dependency_is_explained_in_the_readme() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8").lower()
    table = readme[readme.index("## why each dependency") :]
    for requirement in project["dependencies"]:
        name = re.match(r"[a-z0-9-]+", requirement)[0].removesuffix("-python").replace("jinja2", "jinja")
        assert name in table, name


def test_ci_runs_the_test_command_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(re.findall(r"^python3 -m venv \.venv .*\.venv/bin/pytest$", readme, re.MULTILINE)) == 1


def test_public_names_resolve() -> None:
    for name in melian.__all__:
        assert getattr(melian, name) is not None
    assert set(melian.__all__) <= set(dir(melian))
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = melian.nonsense


def module_names() -> list[str]:
    found = pkgutil.walk_packages(melian.__path__, prefix="melian.")
    return ["melian", *sorted(module.name for module in found if not module.name.endswith("__main__"))]


@pytest.mark.parametrize("name", module_names())
def test_doctests(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert failed == 0


def test_the_python_of_the_readme_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len([line for line in block.splitlines() if line.strip()]) <= 10
    monkeypatch.chdir(tmp_path)
    files = write_aegean(tmp_path / "melian-demo")
    melian.ingest("table", files.reports, tmp_path / "melian-demo/aegean.duckdb", as_is=True)
    exec(compile(block, "README.md", "exec"), {})
    assert "'share': " in capsys.readouterr().out


def test_the_python_of_the_tutorial_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/tutorial.md").read_text("utf-8"), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    files = write_aegean(tmp_path / "melian-demo")
    melian.ingest("table", files.reports, tmp_path / "melian-demo/aegean.duckdb", as_is=True)
    exec(compile(block, "tutorial.md", "exec"), {})
    assert "UNDECIDED     05-brute-force" in capsys.readouterr().out
