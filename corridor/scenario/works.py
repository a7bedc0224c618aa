"""What a plant or a park sends and takes, so that no flow carries freight that is not there."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from corridor.scenario.spec import ByYear, Spec

MtPerYear = Annotated[float, Field(ge=0, le=1000)]


class WorksSpec(Spec):
    """A plant or park at a place of the network, whose freight is known.

    What leaves it by road is at most what it makes, what enters at most what it takes, and both
    together at most the two less what goes by rail.
    """

    plant: str = ""
    """Coke plant that stands here: its coke is what is made, its coal what is taken. [-]"""

    makes_mt_per_year: ByYear[MtPerYear] | None = None
    """What is made here and sent away, where no coke plant says it. [Mt/year]"""

    takes_mt_per_year: ByYear[MtPerYear] | None = None
    """What is taken here, where no coke plant says it. [Mt/year]"""

    coal_t_per_t_coke: float = Field(ge=1, le=2)
    """Coking coal for a tonne of coke. [t/t]"""

    rail_mt_per_year: ByYear[MtPerYear] = 0.0
    """What goes by rail, in and out together. [Mt/year]"""
