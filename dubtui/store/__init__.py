"""What we know: a SQLite copy of one workspace's customers, and the only place that speaks SQL about them."""
