"""What processes have cost, as the kernel counts it."""

import os
from pathlib import Path

TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def cpu_ms(root: int) -> float:
    """CPU of a process and of all below it, with those that have ended already."""
    parents, spent = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                # The name, which may hold blanks, stands in brackets.
                values = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(values[1])
            spent[int(entry.name)] = sum(int(value) for value in values[11:15])
    return TICK_MS * sum(spent[pid] for pid in spent if _is_below(pid, root, parents))


def _is_below(pid: int, root: int, parents: dict[int, int]) -> bool:
    while pid and pid != root:
        pid = parents.get(pid, 0)
    return pid == root
