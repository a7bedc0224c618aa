"""A map matched to what an embedded corridor knows, so that a scenario's ids hold on the map."""
