"""From fits to answers: who acts and who reacts, with what stands beside each figure."""
