"""Spreadsheets: lists that go out as .xlsx and .csv, and rows that come in from our own forms."""
