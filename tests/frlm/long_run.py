"""The long run: many random instances by two formulations and brute force; prints mismatches.

python tests/frlm/long_run.py 100000            instances from seed 1,000,000 on
python tests/frlm/long_run.py 100000 5000000    from another seed

In every fourth instance costs and flows are spread over twelve orders of magnitude; there the value
must be right to 1e-9. About 15 milliseconds an instance on one core. Ends with exit code 1 if any
answer differs. Not collected by pytest: the suite runs 5,200 of these, other seeds, each time.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from frlm_oracle import Oracle
from frlm_random import instance, spread

from corridor.frlm import Options, parse_instance, solve_instance


def main(count: int, first: int = 1_000_000) -> int:
    """Compare `count` instances; return the number of mismatches."""
    begun = time.perf_counter()
    wrong = 0
    kinds: Counter[str] = Counter()
    for seed in range(first, first + count):
        document = instance(seed)
        wide = seed % 4 == 0
        if wide:
            spread(document, random.Random(seed))
        ask = document["asks"][0]
        kinds["spread"] += wide
        kinds[ask["objective"] + (" budget" if "budget" in ask else "")] += 1
        kinds["strict"] += bool(ask.get("strict"))
        kinds["backup"] += bool(ask.get("backup"))
        kinds["round trip"] += document["convention"]["round_trip"]
        kinds["own convention"] += any("convention" in trip for trip in document["trips"])
        expected = Oracle(document).answer(ask)
        for method in ("auto", "arc-cover", "hop-flow"):
            options = Options(method=method, solver="highs")
            [answer] = solve_instance(parse_instance(document), options)
            off = abs(answer.value - expected) + abs(answer.bound - expected)
            if answer.status != "OPTIMAL" or off > (abs(expected) / 10**9 if wide else 0):
                wrong += 1
                sys.stdout.write(f"MISMATCH seed {seed} {method}: {answer.value}, not {expected}\n")
        if (seed - first) % 5000 == 4999:
            spent = time.perf_counter() - begun
            sys.stdout.write(f"{seed - first + 1} instances, {wrong} mismatches, {spent:.0f} s\n")
            sys.stdout.flush()
    sys.stdout.write(f"{count} instances, {wrong} mismatches; of these {dict(kinds)}\n")
    return wrong


if __name__ == "__main__":
    words = [int(word) for word in sys.argv[1:]] or [100_000]
    sys.exit(bool(main(*words)))
