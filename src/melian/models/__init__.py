"""melian.models"""
