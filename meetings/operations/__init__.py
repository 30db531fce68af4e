"""What may happen to meetings, directives and what comes of them: a module for each, its functions by name."""
