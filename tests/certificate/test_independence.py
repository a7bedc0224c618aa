"""Claim: the certificate shares no code with what it judges."""

from __future__ import annotations

import subprocess
import sys


def test_importing_it_loads_the_standard_library_and_core_alone() -> None:
    """No other package of ours and no package from outside is loaded, not even indirectly."""
    code = (
        "import sys\n"
        "before = set(sys.modules)\n"
        "import corridor.certificate\n"
        "new = set(sys.modules) - before\n"
        "ours = {m for m in new if m.partition('.')[0] == 'corridor'}\n"
        "allowed = ('corridor.core', 'corridor.certificate')\n"
        "strange = {m for m in ours if m != 'corridor' and not m.startswith(allowed)}\n"
        "roots = {m.partition('.')[0] for m in new - ours}\n"
        "strange |= {m for m in roots if m not in sys.stdlib_module_names}\n"
        "assert not strange, strange\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
