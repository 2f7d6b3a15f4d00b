"""Where the check is made from: which network, which resolvers, read without sending a packet."""

from __future__ import annotations
