"""The decision: which stations, how large, when, supplied from where."""
