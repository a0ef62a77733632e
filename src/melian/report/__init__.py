"""melian.report"""
