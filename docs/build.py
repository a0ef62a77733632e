"""Write the pages of the documentation that are generated from the program: `python docs/build.py`."""

from pathlib import Path

from melian.cli.page import commands_page
from melian.study.page import study_page

HERE = Path(__file__).parent

for name, page in (("study.md", study_page()), ("commands.md", commands_page())):
    (HERE / name).write_text(page, encoding="utf-8")
