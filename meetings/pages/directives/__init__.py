"""Directives of all meetings together: the board, the matrix of those that go to many, the league of agencies."""
