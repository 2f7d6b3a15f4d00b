"""Very many names through few or many resolvers: the questions of a check, asked without pause."""
