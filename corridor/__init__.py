"""Site, size and time hydrogen refuelling stations along an expressway corridor."""

__version__ = "0.1.0"
