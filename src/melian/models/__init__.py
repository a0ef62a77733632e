"""Models of event histories: they read arrays and give arrays, and never touch a store."""
