"""What a row of dispensers sells in an hour at an acceptable wait: Erlang C (docs/formats.md §5).

Trucks come at random and queue for the first free dispenser (M/M/c). Of those that come, a share
C(c, a) waits, and a share C(c, a) exp(-(c - a) T / s) longer than T, with a = trucks per hour x s the
load offered and s the time that a truck keeps a dispenser (A. K. Erlang 1917; Kleinrock, Queueing
Systems, volume 1, 1975, section 3.5).
"""

from __future__ import annotations

from math import exp

HALVINGS = 60
"""Bisection steps: the load is then known to the last digit of a number. [-]"""


def waiting_probability(servers: int, load: float) -> float:
    """Return the share of arrivals that find every server busy.

    Parameters
    ----------
    servers
        c. [-]
    load
        a, below c. [erlang]

    Returns
    -------
    float
        Erlang C, from Erlang B by its recursion. [-]

    Examples
    --------
    >>> round(waiting_probability(3, 2.0), 6)
    0.444444
    """
    blocked = 1.0
    for k in range(1, servers + 1):
        blocked = load * blocked / (k + load * blocked)
    return servers * blocked / (servers - load * (1 - blocked))


def busiest_load(servers: int, wait: float, late_fraction: float) -> float:
    """Return the largest load at which few enough wait too long.

    Parameters
    ----------
    servers
        [-]
    wait
        Longest acceptable wait, in mean service times. [-]
    late_fraction
        Share of arrivals that may wait longer. [-]

    Returns
    -------
    float
        [erlang]
    """
    low, high = 0.0, float(servers)
    for _ in range(HALVINGS):
        load = (low + high) / 2
        late = waiting_probability(servers, load) * exp(-(servers - load) * wait)
        low, high = (load, high) if late <= late_fraction else (low, load)
    return low
