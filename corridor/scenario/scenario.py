"""The scenario: everything a plan depends on, checked and frozen."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from corridor.scenario.economics import EconomicsSpec
from corridor.scenario.flows import (
    AdoptionSpec,
    CalibrationSpec,
    CountSpec,
    DemandSpec,
    FleetSpec,
    GravitySpec,
    MarketsSpec,
    OdSpec,
    ThroughSpec,
    ZoneSpec,
)
from corridor.scenario.periods import MoneySpec, TimeSpec
from corridor.scenario.plants import CarbonSpec, DeliverySpec, PlantSpec
from corridor.scenario.roads import (
    CandidatesSpec,
    DecisionSpec,
    ExistingStationSpec,
    NetworkSpec,
    SiteSpec,
)
from corridor.scenario.spec import Identifier, Reference, Spec, Text
from corridor.scenario.stations import PolicySpec, StationSpec, TierSpec
from corridor.scenario.trucks import TruckSpec
from corridor.scenario.works import WorksSpec
from corridor.scenario.years import slices_of

SCHEMA: Final = "corridor.scenario/1"


class SolverSpec(Spec):
    """How the plan is searched for."""

    name: Literal["highs", "cbc", "scip"] = "highs"
    """Solver; cbc and scip solve the plain reference model, for small cases. [-]"""

    gap_target: float = Field(ge=0, le=0.5)
    """Proven gap, of the money that can be decided, at which the search may stop and the plan passes. [-]"""

    work_limit: float = Field(gt=0, le=604800)
    """Deterministic work that the search may do; a unit is one to two CPU seconds of one core. [unit]"""

    time_limit_s: float = Field(gt=0, le=604800)
    """Safety stop in CPU seconds of the process; a plan that it stopped is not reproducible. [s]"""

    seed: int = Field(ge=0, le=2_000_000_000)
    """Seed of the solver. [-]"""


class AssumptionsSpec(Spec):
    """Which column of the table of default numbers counts."""

    levels: dict[str, Literal["low", "base", "high"]] = Field(default_factory=dict)
    """By prefix of a key: take the low or high column instead of base. [-]"""

    accept: tuple[Text, ...] = Field(default=(), strict=False, max_length=200)
    """Keys whose amount is meant though it lies outside its plausible range
    (`corridor/scenario/plausible.csv`). [-]"""


class Scenario(Spec):
    """Everything a plan depends on; `corridor.scenario.load.load_scenario` reads one."""

    schema_: Literal["corridor.scenario/1"] = Field(default=SCHEMA, alias="schema")
    """Version of this form. [-]"""

    name: Identifier
    """Short name; part of the run folder's name. [-]"""

    title: Text = ""
    """Title of the report. [-]"""

    title_zh: Text = ""
    """Title of the report in Chinese; without it, `title` stands in both languages. [-]"""

    description: Text = ""
    """What the scenario asks. [-]"""

    preset: Literal["liupanshui-xingyi", "hechi", "none"] = "liupanshui-xingyi"
    """Corridor whose default words and numbers are taken; `none`: generic numbers only. [-]"""

    time: TimeSpec
    """Periods. [-]"""

    money: MoneySpec
    """Discounting, prices and budget. [-]"""

    economics: EconomicsSpec
    """Prices that decide who pays. [-]"""

    network: NetworkSpec
    """Roads. [-]"""

    candidates: CandidatesSpec
    """Which places are candidates. [-]"""

    site: dict[Identifier, SiteSpec] = Field(default_factory=dict)
    """Own candidate sites by id. [-]"""

    existing_station: dict[Identifier, ExistingStationSpec] = Field(default_factory=dict)
    """Existing stations by id. [-]"""

    decision: dict[Reference, DecisionSpec] = Field(default_factory=dict)
    """What is already decided, by id or name of a candidate site. [-]"""

    tier: dict[Identifier, TierSpec] = Field(min_length=1)
    """Sizes of stations by id. [-]"""

    station: StationSpec
    """What all stations have in common. [-]"""

    truck: dict[Identifier, TruckSpec] = Field(min_length=1)
    """Truck classes by id. [-]"""

    adoption: AdoptionSpec | None = None
    """Hydrogen trucks in service; needed unless `demand.use_markets` is false. [-]"""

    demand: DemandSpec
    """What hydrogen trucks want. [-]"""

    market: MarketsSpec | None = None
    """Shares of the markets; needed unless `demand.use_markets` is false. [-]"""

    fleet: dict[Identifier, FleetSpec] = Field(default_factory=dict)
    """Captive fleets by id. [-]"""

    gravity: GravitySpec | None = None
    """Gravity model of the regional market; needed where its share is above 0. [-]"""

    zone: dict[Reference, ZoneSpec] = Field(default_factory=dict)
    """Freight weights by id or name of a place. [-]"""

    through: dict[Identifier, ThroughSpec] = Field(default_factory=dict)
    """Through traffic by id. [-]"""

    od: dict[Identifier, OdSpec] = Field(default_factory=dict)
    """The user's own flows by id. [-]"""

    works: dict[Reference, WorksSpec] = Field(default_factory=dict)
    """Plants and parks whose freight is known, by place id. [-]"""

    count: dict[Identifier, CountSpec] = Field(default_factory=dict)
    """Traffic counts by id. [-]"""

    calibration: CalibrationSpec
    """How the flows are fitted to counts. [-]"""

    plant: dict[Identifier, PlantSpec] = Field(default_factory=dict)
    """Sources of hydrogen by id. [-]"""

    delivery: DeliverySpec
    """Tube trailers. [-]"""

    carbon: CarbonSpec
    """Emission factors. [-]"""

    policy: PolicySpec = Field(default_factory=PolicySpec)
    """Rules that a plan must keep. [-]"""

    solver: SolverSpec
    """How the plan is searched for. [-]"""

    assumptions: AssumptionsSpec = Field(default_factory=AssumptionsSpec)
    """Which column of the table of default numbers counts. [-]"""

    @property
    def tiers_by_size(self) -> tuple[str, ...]:
        """Tier ids, smallest first."""
        return tuple(sorted(self.tier, key=lambda key: self.tier[key].capacity_kg_per_day))

    @property
    def slices(self) -> tuple[int, ...]:
        """First years of the runs of years that are operated alike; the periods' are among them. [year]."""
        anchors = self.adoption.anchors if self.adoption and self.demand.use_markets else {}
        freight: list[object] = [fleet.t_per_year for fleet in self.fleet.values()]
        for flow in self.od.values():
            freight += [flow.trips_per_day, flow.t_per_year]
        for works in self.works.values():
            freight += [works.makes_mt_per_year, works.takes_mt_per_year, works.rail_mt_per_year]
        return slices_of(self.time, anchors, freight)

    def last_year(self, first: int) -> int:
        """Return the last year, inclusive, of the run of years that starts in `first`."""
        return min((y - 1 for y in self.slices if y > first), default=self.time.horizon_end_year)

    def existing_tier(self, station_id: str) -> str:
        """Return the tier at which an existing station counts; empty where none is, or its size is unknown.

        Parameters
        ----------
        station_id
            Key of `existing_station`, or any other id.
        """
        station = self.existing_station.get(station_id)
        if station is None:
            return ""
        return station.tier or self.station.existing_assumed_tier or ""
