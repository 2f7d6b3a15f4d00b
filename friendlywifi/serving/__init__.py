"""The service that runs for years, and the look at all hotspots."""
