"""Slow truths about siting problems; they import nothing of corridor.siting but the problem itself."""
