"""From a nested document to a checked scenario, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from corridor.core.errors import Fault, InputError
from corridor.scenario.checks import findings, too_many_periods
from corridor.scenario.dates import split_periods
from corridor.scenario.messages import Origins, fault_of_finding, faults_of_errors
from corridor.scenario.plausible import implausible
from corridor.scenario.scenario import Scenario

Document = dict[str, Any]


def in_order(value: object) -> Any:
    """Return a document whose tables are sorted by key, so that their order cannot matter."""
    if isinstance(value, Mapping):
        return {key: in_order(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, list | tuple):
        return [in_order(item) for item in value]
    return value


def validated(
    document: Mapping[str, Any], *, origins: Origins, file: str, before: list[Fault] | None = None
) -> Scenario:
    """Check a whole document and return the scenario.

    Parameters
    ----------
    document
        Every value of the scenario.
    origins
        Which file wrote which key.
    file
        The file to name where no file wrote a key.
    before
        Faults that were found already; they are raised together with those found here.

    Raises
    ------
    InputError
        With all faults at once.
    """
    faults = list(before or ())
    try:
        scenario = Scenario.model_validate(in_order(document))
    except ValidationError as error:
        raise InputError(
            faults + faults_of_errors(error, document, origins, file), "Nothing was computed."
        ) from error
    faults += [fault_of_finding(found, origins, file) for found in findings(scenario)]
    asked = implausible(resolved_document(scenario))
    faults += [fault_of_finding(found, origins, file) for found in asked]
    if not faults:
        scenario = split_periods(scenario)
        faults += [fault_of_finding(found, origins, file) for found in too_many_periods(scenario)]
    if faults:
        raise InputError(faults, "Nothing was computed.")
    return scenario


def scenario_from_document(document: Mapping[str, Any], *, file: str = "scenario.json") -> Scenario:
    """Return the scenario of a resolved document, checked like one from a file.

    Raises
    ------
    InputError
        With all faults at once.
    """
    return validated(document, origins={}, file=file)


def resolved_document(scenario: Scenario) -> Document:
    """Return every value of a scenario as plain data: what `inputs/scenario.json` holds.

    No path and nothing else of this machine is in it; tables are sorted by key.
    """
    document: Document = _plain(scenario)
    return document


def _plain(value: object) -> Any:
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        return {
            field.alias or name: _plain(getattr(value, name))
            for name, field in fields.items()
            if not field.exclude and getattr(value, name) is not None
        }
    if isinstance(value, Mapping):
        return {str(key): _plain(value[key]) for key in sorted(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
