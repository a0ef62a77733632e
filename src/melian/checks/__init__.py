"""Checks as objects: what a hostile reader asks of an answer, each with its verdict, table and sentence."""
