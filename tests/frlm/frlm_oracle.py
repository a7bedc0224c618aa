"""Brute force: read the document again, drive every trip under every set of stations.

Imports nothing from corridor, so that a mistake there cannot hide here. Written for clarity from
the words of the format: fuel is a fraction, laps are driven one after the other.
"""

from __future__ import annotations

import itertools
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache


def number(value):
    """Return a JSON number as a fraction; floats by their shortest decimal."""
    return Fraction(Decimal(repr(value))) if isinstance(value, float) else Fraction(value)


def arcs_of(document):
    """Return the shortest arc between each two nodes."""
    lengths = {}
    for tail, head, length in document["edges"]:
        ways = [(tail, head)] + ([] if document.get("directed") else [(head, tail)])
        for way in ways:
            lengths[way] = min(number(length), lengths.get(way, number(length)))
    return lengths


def shortest_path(lengths, origin, destination):
    """Return the shortest simple path, smallest sequence of ids first, by trying all of them."""
    best = None
    stack = [(Fraction(0), (origin,))]
    while stack:
        length, path = stack.pop()
        if path[-1] == destination:
            best = min(best, (length, path)) if best else (length, path)
            continue
        for (tail, head), step in lengths.items():
            if tail == path[-1] and head not in path:
                stack.append((length + step, (*path, head)))
    return best[1] if best else None


def drives(path, lengths, tank, rule, strict, filled):
    """Tell whether one path is driven; `filled` holds the nodes with an open station."""
    if rule["station_required"] and not any(node in filled for node in path):
        return False
    if len(path) == 1:
        return True
    once = list(path)
    if rule["round_trip"] and path[0] != path[-1]:
        once += list(reversed(path))[1:]
    fuel = tank * Fraction(rule["start_fuel"])
    if once[0] in filled:
        fuel = tank
    burnt = sum(lengths[leg] for leg in itertools.pairwise(once))
    laps = 1
    if rule["round_trip"]:
        # With no station a tank lasts a bounded number of laps; with one, laps soon repeat.
        laps = 4 if any(node in filled for node in once) or not burnt else int(tank / burnt) + 2
    for _ in range(laps):
        for tail, head in itertools.pairwise(once):
            fuel -= lengths[tail, head]
            if fuel < 0 or (strict and fuel == 0):
                return False
            if head in filled:
                fuel = tank
    return rule["round_trip"] or fuel >= tank * Fraction(rule["end_fuel"])


class Oracle:
    """Answers the asks of a small instance by enumeration."""

    def __init__(self, document):
        self.document = document
        self.lengths = arcs_of(document)
        self.sites = document["sites"]
        self.free = [k for k, s in enumerate(self.sites) if s.get("status") == "existing"]
        self.candidates = [
            k for k, s in enumerate(self.sites) if s.get("status", "candidate") == "candidate"
        ]
        self.trips = [(t, self._paths(t)) for t in document["trips"]]

    def _paths(self, trip):
        if "paths" in trip:
            return [tuple(path) for path in trip["paths"]]
        return [shortest_path(self.lengths, trip["origin"], trip["destination"])]

    def server(self, ask):
        """Return a function from a set of open sites to the flow served."""
        tests = [self._test(trip, paths, ask) for trip, paths in self.trips]
        flows = [number(trip["flow"]) for trip, _ in self.trips]

        def served(opened):
            return sum(
                (f for f, test in zip(flows, tests, strict=False) if f and test(opened)),
                Fraction(0),
            )

        return served

    def _test(self, trip, paths, ask):
        vehicle = self.document["vehicle"]["range"]
        tank = number(trip.get("range", ask.get("range", vehicle)))
        rule = {**self.document["convention"], **trip.get("convention", {})}
        strict, backup = ask.get("strict", False), ask.get("backup", 0)
        passed = set().union(*paths)
        near = frozenset(k for k, s in enumerate(self.sites) if passed & set(s["nodes"]))

        @lru_cache(None)
        def test(opened):
            losses = itertools.combinations(opened, min(backup, len(opened)))
            for lost in losses:
                filled = {n for k in opened if k not in lost for n in self.sites[k]["nodes"]}
                if not any(drives(p, self.lengths, tank, rule, strict, filled) for p in paths):
                    return False
            return True

        return lambda opened: test(frozenset(opened) & near)

    def answer(self, ask):
        """Return the value of an ask by trying every set of candidates."""
        served = self.server(ask)
        best = None
        goal = served({*self.free, *self.candidates}) * share(ask)
        for count in range(len(self.candidates) + 1):
            for chosen in itertools.combinations(self.candidates, count):
                value = self._value(ask, served, chosen, goal)
                if value is None:
                    continue
                if ask["objective"] == "max_flow":
                    best = value if best is None else max(best, value)
                else:
                    best = value if best is None else min(best, value)
        return best

    def _value(self, ask, served, chosen, goal):
        cost = sum((number(self.sites[k]["cost"]) for k in chosen), Fraction(0))
        if ask["objective"] == "max_flow":
            if "stations" in ask and len(chosen) > ask["stations"]:
                return None
            if "budget" in ask and cost > number(ask["budget"]):
                return None
            return served({*self.free, *chosen})
        if served({*self.free, *chosen}) < goal:
            return None
        return Fraction(len(chosen)) if ask["objective"] == "min_stations" else cost


def share(ask):
    """Return the share of an ask as a fraction."""
    return Fraction(ask.get("coverable_share", 0))
