"""Relational event models: tie-oriented and actor-oriented, on full or sampled risk sets."""
