"""melian.codebook"""
