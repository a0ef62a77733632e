"""Effects of relational event models: what they are called, how they are stated, how they are computed."""
