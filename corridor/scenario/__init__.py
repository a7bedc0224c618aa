"""What a user may say: scenario files, their defaults and their faults."""
