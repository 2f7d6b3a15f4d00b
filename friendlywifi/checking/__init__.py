"""One check: what the user wished, where it is made from, and the way from a plan to what was found."""
