"""The memory of a certifier: every hotspot, run, certificate and message, in one SQLite file."""
