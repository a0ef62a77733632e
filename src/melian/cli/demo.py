"""`melian demo`: the bundled world, the truth beside the estimate."""
