"""Write what the documentation takes from the program.

`python docs/build.py` writes the pages on commands, study file, effects and checks. With `--run` it also
runs the commands marked `<!-- run: ... -->`, in order and in one new folder, puts what they print below, and
draws the picture of the README.
"""

import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from picture import draw_picture

from melian.checks.page import checks_page
from melian.cli.page import commands_page
from melian.effects.catalogue_page import catalogue_page
from melian.study.claim_page import claim_page
from melian.study.page import study_page
from melian.study.world_page import world_page

ROOT = Path(__file__).parents[1]
MARKED_PAGES = ("tutorial.md", "relational-event-models.md")
MARKED = re.compile(r"(<!-- run: (?P<command>.+?) -->\n```text\n).*?(```)", re.DOTALL)


def write_generated_pages() -> None:
    """Write the pages that the program knows by itself."""
    pages = {
        "study.md": study_page(),
        "commands.md": commands_page(),
        "effects.md": catalogue_page(),
        "checks.md": checks_page(),
        "world-file.md": world_page(),
        "claim-file.md": claim_page(),
    }
    for name, page in pages.items():
        (ROOT / "docs" / name).write_text(page, encoding="utf-8")


def printed(command: str, folder: Path) -> str:
    """Run a command in a folder and give what it prints."""
    _, *arguments = shlex.split(command)
    run = [sys.executable, "-m", "melian", *arguments]
    return subprocess.run(run, cwd=folder, check=True, text=True, stdout=subprocess.PIPE).stdout


def fill_outputs(page: Path, folder: Path, outputs: dict[str, str]) -> None:
    """Put the output of each marked command below it; a command is run once."""

    def filled(match: re.Match[str]) -> str:
        command = match["command"]
        if command not in outputs:
            outputs[command] = printed(command, folder)
        return match[1] + outputs[command] + match[3]

    page.write_text(MARKED.sub(filled, page.read_text(encoding="utf-8")), encoding="utf-8")


def main() -> None:
    """Write the pages, and with --run the outputs and the picture."""
    write_generated_pages()
    if "--run" not in sys.argv[1:]:
        return
    with tempfile.TemporaryDirectory() as name:
        folder, outputs = Path(name), {}
        for page in (ROOT / "README.md", *(ROOT / "docs" / name for name in MARKED_PAGES)):
            fill_outputs(page, folder, outputs)
        draw_picture(folder / "melian-demo", ROOT / "docs" / "img" / "demo.png")


if __name__ == "__main__":
    main()
