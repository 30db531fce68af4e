"""What may happen to plans, reports, money, procedures: a module for each, its functions by name."""
