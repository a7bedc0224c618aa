"""The search for a plan and for a bound that no plan beats."""
