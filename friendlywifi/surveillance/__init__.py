"""Between two certificates: what is due when, what a hotspot is like now, and what follows from it.

Pure, but for the rendering of a sheet: records and a time in, decisions out. The records are kept by
`friendlywifi.records.due`, the clock is that of `friendlywifi.serving.service`.
"""
