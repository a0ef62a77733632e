"""Measures beside the shares: change, responses, toolkits, diffusion, vector autoregressions."""
