"""melian.data"""
