"""Pure judging: records in, records out. No network, clock, disk or randomness."""
