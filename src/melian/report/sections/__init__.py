"""The sections of the report, one file per question that a reader has."""
