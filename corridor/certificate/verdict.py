"""What a certificate is: checks with counts and worst cases, and the verdict over them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from corridor.core.files import canonical_json, sha256_text

Verdict = Literal["PASS", "PASS-WITH-GAP", "FAIL"]

SCHEMA = "corridor.certificate/2"
SHOWN_FAILURES = 20
"""Failures of one check that are written out; the rest are counted."""

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]")


def plain(value: object, limit: int = 300) -> str:
    """Return `value` as one printable line of bounded length, whatever a hostile file put there."""
    text = _UNPRINTABLE.sub("?", str(value))
    return text if len(text) <= limit else text[: limit - 1] + "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One rule, how often it was applied, the closest call, and what broke it.

    Parameters
    ----------
    id, title
        Short name and the rule in words.
    checked
        How many facts were compared.
    worst
        The closest call in words; empty where the rule knows no degrees.
    failures
        Every failure in words (the first ones; the last line counts what is left out).
    """

    id: str
    title: str
    checked: int
    worst: str = ""
    failures: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing broke the rule."""
        return not self.failures

    def document(self) -> dict[str, Any]:
        """Return the check as it stands in the certificate file."""
        return {
            "id": self.id,
            "title": self.title,
            "ok": self.ok,
            "checked": self.checked,
            "worst": self.worst,
            "failures": list(self.failures),
        }


class Tally:
    """Collects the facts of one check while it runs."""

    def __init__(self, check_id: str, title: str) -> None:
        self.id = check_id
        self.title = title
        self.checked = 0
        self._failures: list[str] = []
        self._left_out = 0
        self._worst: tuple[float, str] | None = None

    def fail(self, text: str) -> None:
        """Note a failure."""
        if len(self._failures) < SHOWN_FAILURES - 1:
            self._failures.append(plain(text))
        else:
            self._left_out += 1

    def require(self, holds: bool, text: str) -> bool:
        """Count one fact and note `text` unless it holds."""
        self.checked += 1
        if not holds:
            self.fail(text)
        return holds

    def call(self, margin: float, text: str) -> None:
        """Note a close call; the smallest margin of all is shown as the worst case."""
        if self._worst is None or margin < self._worst[0]:
            self._worst = (margin, text)

    def close(
        self, what: str, stated: float, true: float, *, relative: float, absolute: float, unit: str
    ) -> bool:
        """Count one number and note a failure where it is off by more than the tolerance."""
        off = abs(stated - true)
        allowed = relative * abs(true) + absolute
        if off > 0 or self._worst is None:
            self.call(
                -off / allowed if allowed else -off,
                f"{what}: off by {off:.3g} {unit} (tolerance {allowed:.3g} {unit})",
            )
        return self.require(
            off <= allowed,
            f"{what}: the file says {stated:.10g} {unit}, recomputed {true:.10g} {unit}.",
        )

    def done(self) -> Check:
        """Return the finished check."""
        failures = list(self._failures)
        if self._left_out:
            failures.append(f"… and {self._left_out} more.")
        return Check(
            id=self.id,
            title=self.title,
            checked=self.checked,
            worst=plain(self._worst[1]) if self._worst else "",
            failures=tuple(failures),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The ruling over one run folder.

    Parameters
    ----------
    verdict
        ``PASS``; ``PASS-WITH-GAP``: every fact holds but the proven gap is above the target;
        ``FAIL``: some fact does not hold.
    checks
        All checks in the order in which they were made.
    objective_cny, bound_cny, unavoidable_cny, gap, gap_target
        Recomputed objective, the bound that the plan states, recomputed penalty that no plan can
        avoid, the gap between objective and bound as a fraction of the money that can be decided,
        and the scenario's target; None where they cannot be known.
    facts
        Figures recomputed on the way.
    inputs
        File in the run folder -> SHA-256 of its bytes as read.
    """

    verdict: Verdict
    checks: tuple[Check, ...]
    objective_cny: float | None = None
    bound_cny: float | None = None
    unavoidable_cny: float | None = None
    gap: float | None = None
    gap_target: float | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def failures(self) -> tuple[str, ...]:
        """Every failure of every check, each led by the check's id."""
        return tuple(f"{check.id}: {text}" for check in self.checks for text in check.failures)

    @property
    def failed_checks(self) -> tuple[str, ...]:
        """Ids of the checks that failed."""
        return tuple(check.id for check in self.checks if not check.ok)

    def document(self) -> dict[str, Any]:
        """Return the certificate file's content, its own hash last."""
        body: dict[str, Any] = {
            "schema": SCHEMA,
            "verdict": self.verdict,
            "checks": [check.document() for check in self.checks],
            "objective_cny": self.objective_cny,
            "bound_cny": self.bound_cny,
            "unavoidable_cny": self.unavoidable_cny,
            "gap": self.gap,
            "gap_target": self.gap_target,
            "facts": dict(self.facts),
            "inputs": dict(self.inputs),
        }
        return {**body, "sha256": sha256_text(canonical_json(body))}
