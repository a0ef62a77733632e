"""The study: every choice of a run in one file, validated whole, and the run itself."""

from melian.study.files import read_study, study_text, write_study
from melian.study.model import Study, study_from_mapping

__all__ = ["Study", "read_study", "study_from_mapping", "study_text", "write_study"]
