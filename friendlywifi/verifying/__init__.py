"""Verification: is this genuine, whose is it, and does it still hold?"""
