"""SQLite whose migrated database is kept between runs: to migrate anew takes ten times as long as one file of tests."""
