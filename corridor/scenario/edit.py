"""A scenario with one value changed, and everything checked again."""

from __future__ import annotations

from typing import Any

from corridor.scenario.defaults import fill_generic
from corridor.scenario.document import in_order, resolved_document, validated
from corridor.scenario.scenario import Scenario


def with_value(scenario: Scenario, path: str | tuple[str, ...], value: object) -> Scenario:
    """Return a copy of a scenario with one value changed and everything checked again.

    Parameters
    ----------
    path
        Dotted key, as in a scenario file, or the tuple of its parts where an id holds a dot.
    value
        What to put there; None takes the key away.

    Raises
    ------
    InputError
        If the copy is not a scenario.
    """
    keys = tuple(path.split(".")) if isinstance(path, str) else path
    document = resolved_document(scenario)
    here: dict[str, Any] = document
    for part in keys[:-1]:
        inner = here.setdefault(part, {})
        if not isinstance(inner, dict):
            inner = here[part] = {}
        here = inner
    if value is None:
        here.pop(keys[-1], None)
    else:
        here[keys[-1]] = in_order(value)
    if keys == ("network", "source"):
        document["network"].pop("sha256", None)
    fill_generic(document, scenario.assumptions.levels)
    changed = validated(document, origins={}, file=f"{scenario.name} with {'.'.join(keys)} changed")
    network = changed.network.model_copy(update={"path": scenario.network.path})
    if keys[:2] in (("network",), ("network", "source")):
        return changed
    return changed.model_copy(update={"network": network})
