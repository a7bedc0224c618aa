"""Hydrogen: how much each plant has to spare, what it costs and what it emits, delivered."""
