"""Claims: statements with what would count for and against them, run to a verdict."""
