"""What is imported when: contracts between packages, and a command line that starts at once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = (
    "altair",
    "duckdb",
    "jinja2",
    "joblib",
    "numba",
    "numpy",
    "pandas",
    "polars",
    "pyarrow",
    "scipy",
    "vl_convert",
)


def modules_after(code: str) -> set[str]:
    """Run code in a fresh interpreter and name the modules it loaded."""
    report = "import json, sys; print('\\n' + json.dumps(sorted(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], capture_output=True, text=True, check=True
    )
    return set(json.loads(run.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("import melian", id="import melian"),
        pytest.param("from melian.cli.main import main; main(['--help'])", id="melian --help"),
        pytest.param(
            "from melian.cli.main import main; main(['attribute', '--help'])", id="melian attribute --help"
        ),
        pytest.param("from melian.cli.main import main; main(['attribute'])", id="a usage error"),
    ],
)
def test_nothing_heavy_is_loaded(code: str) -> None:
    assert modules_after(code).isdisjoint(HEAVY)


def test_import_contracts_hold() -> None:
    run = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout
