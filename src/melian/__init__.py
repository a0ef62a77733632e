"""melian: whose conduct is initiative, momentum or reaction, and to whom."""
