"""Formulations of a covering problem as linear models."""
