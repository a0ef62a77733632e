"""Self-tests: what known faults of data do to an answer, on fresh simulated worlds."""
