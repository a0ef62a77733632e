"""melian.simulate"""
