"""The languages that the program speaks, and what records hold told in them."""
