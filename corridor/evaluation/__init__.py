"""From a solver's answer to a plan in the planner's terms, and what it is worth."""
