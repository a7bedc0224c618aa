"""The directed expressway network: what it is, where it comes from, the ways through it."""
