"""What may happen to accounts, documents, files and revisions: a module for each, its functions by name."""
