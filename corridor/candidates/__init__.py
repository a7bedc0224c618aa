"""Where a station may stand, and why elsewhere it may not."""
