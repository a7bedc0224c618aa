"""Many variations of the flows of one instance, prepared once and solved one after the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corridor.frlm import Ask, Instance
from corridor.frlm.sweep import FlowSweep
from corridor.solvers.clock import cpu_seconds


@dataclass(frozen=True, slots=True)
class Swept:
    """Values of a sweep, and the CPU time it took. [s]."""

    values: tuple[float, ...]
    seconds: float


def sweep(instance: Instance, ask: Ask, *, count: int, seed: int) -> Swept:
    """Solve an ask for many draws of the flows.

    Parameters
    ----------
    instance, ask
        The question.
    count
        Number of draws.
    seed
        Seed of the draws.
    """
    begun = cpu_seconds()
    sweeper = FlowSweep(instance, ask)
    flows = np.array([float(trip.flow) for trip in instance.trips])
    values = []
    for scenario in range(count):
        draw = np.random.default_rng([seed, scenario]).lognormal(0, 0.4, len(flows))
        values.append(sweeper.solve(flows * draw).value)
    return Swept(tuple(values), cpu_seconds() - begun)
