"""Turns a decision into something that others can check. Never measures."""
