"""How does a hotspot do, what comes next, what is there to do? The traffic light, from what is on record."""
