"""`melian describe`: what is in a store."""
