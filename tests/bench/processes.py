"""What processes have cost, as the kernel counts it."""

import os
from pathlib import Path

TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def cpu_ms(root: int) -> float:
    """CPU of a process and of all below it, with those that have ended already."""
    return TICK_MS * sum(sum(int(value) for value in values[11:15]) for values in _below(root).values())


def _below(root: int) -> dict[int, list[str]]:
    """What the kernel says of a process and of all below it, by their numbers."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                # The name, which may hold blanks, stands in brackets.
                found[int(entry.name)] = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
    parents = {pid: int(values[1]) for pid, values in found.items()}
    return {pid: values for pid, values in found.items() if _is_below(pid, root, parents)}


def memory_mib(root: int) -> float:
    """What a process and all below it hold in memory; what they share is counted once."""
    return sum(_held_kib(pid) for pid in _below(root)) / 1024


def _held_kib(pid: int) -> int:
    lines = (Path("/proc") / str(pid) / "smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _is_below(pid: int, root: int, parents: dict[int, int]) -> bool:
    while pid and pid != root:
        pid = parents.get(pid, 0)
    return pid == root
