"""Speed of the pages on a simulated country, beside a floor measured in the same run. Run by ``make bench``."""
