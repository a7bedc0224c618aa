"""Who drives where, how often, burning how much hydrogen."""
