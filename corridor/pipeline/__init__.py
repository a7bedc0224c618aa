"""From a scenario to a certified run folder: the first package that sees every stage."""
