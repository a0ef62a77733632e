"""melian.cli"""
