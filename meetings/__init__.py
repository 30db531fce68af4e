"""What is said and directed: meetings, conclusions, directives, findings. The layer above ``tasks``."""
