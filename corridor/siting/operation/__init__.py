"""What given stations cost to run, and who stops where."""
