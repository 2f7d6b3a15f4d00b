"""Letters to the people of a hotspot: what they say, how they are put, how they are handed over."""
