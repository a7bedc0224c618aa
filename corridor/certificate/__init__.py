"""The certificate: drives every truck and re-adds every sum of a run folder, trusting nobody."""
