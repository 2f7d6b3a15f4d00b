"""A year of other people's checks: what they handed in, what they left out, and what comes out again."""
