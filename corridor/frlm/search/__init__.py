"""Searches for an answer and its bound."""
