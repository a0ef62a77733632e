"""melian.analysis"""
