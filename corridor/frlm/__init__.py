"""The exact engine for the flow-refuelling location model: trips, sites, a range, nothing else.

>>> from corridor.frlm import parse_instance, solve_instance
>>> trip = {"id": "a-c", "flow": 10, "paths": [["a", "b", "c"]]}
>>> document = {
...     "schema": "corridor.instance/1",
...     "name": "three towns",
...     "edges": [["a", "b", 60], ["b", "c", 60]],
...     "trips": [trip],
...     "sites": [{"id": "middle", "nodes": ["b"], "cost": 1}],
...     "vehicle": {"range": 120},
...     "convention": {
...         "round_trip": True,
...         "start_fuel": "1/2",
...         "end_fuel": "0",
...         "station_required": True,
...     },
...     "asks": [{"objective": "max_flow", "stations": 1}],
... }
>>> [answer] = solve_instance(parse_instance(document))
>>> answer.status, answer.value, answer.open
('OPTIMAL', Fraction(10, 1), ('middle',))
"""

from __future__ import annotations

from corridor.frlm.answer import Answer
from corridor.frlm.cover.reduce import Tables, prepare
from corridor.frlm.engine import solve_ask, solve_file, solve_instance
from corridor.frlm.instance.instance import Ask, Convention, Instance, Site, Trip
from corridor.frlm.instance.reader import load_instance, parse_instance
from corridor.frlm.options import Options
from corridor.frlm.reach.driver import driven_flow, is_served

__all__ = [
    "Answer",
    "Ask",
    "Convention",
    "Instance",
    "Options",
    "Site",
    "Tables",
    "Trip",
    "driven_flow",
    "is_served",
    "load_instance",
    "parse_instance",
    "prepare",
    "solve_ask",
    "solve_file",
    "solve_instance",
]
