"""Asking resolvers: one small codec and one exchange over a few connected sockets."""
