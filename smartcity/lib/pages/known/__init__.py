"""Pages as they would have been at an earlier moment: «?biet-den=14:30 16/06/2023»."""
