"""What a vehicle reaches: routes, cover sets, and the drive that has the last word."""
