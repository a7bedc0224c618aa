"""The covering problem behind an ask: built, reduced, and what is asked of it."""
