"""Who came in, who was refused, and what was taken out: kept for a time, changed by nobody."""
