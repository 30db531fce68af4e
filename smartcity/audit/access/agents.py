"""What a browser calls itself, in the few words by which its owner knows it."""

import re

from smartcity.lib.language.text import shorten

# In this order: most browsers also call themselves by the names of those before them.
BROWSERS = [
    ("Cốc Cốc", re.compile(r"coc_coc_browser/(\d+)")),
    ("Edge", re.compile(r"Edg(?:A|iOS)?/(\d+)")),
    ("Opera", re.compile(r"OPR/(\d+)")),
    ("Firefox", re.compile(r"(?:Firefox|FxiOS)/(\d+)")),
    ("Chrome", re.compile(r"(?:Headless)?(?:Chrome|CriOS)/(\d+)")),
    ("Safari", re.compile(r"Version/(\d+)[\d.]* (?:Mobile/\w+ )?Safari")),
]
SYSTEMS = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
]
LONGEST = 40


def short_agent(agent: str) -> str:
    """«Firefox 140, Linux»; of a program that is no browser the beginning of what it says."""
    for name, written in BROWSERS:
        if found := written.search(agent):
            system = next((called for mark, called in SYSTEMS if mark in agent), "")
            return f"{name} {found[1]}{f', {system}' if system else ''}"
    return shorten(agent, LONGEST)
