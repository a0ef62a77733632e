"""Forecasts: predictive distributions of counts, their evaluation, surprise, and fits that are kept."""
