"""Network input and output: asks questions and keeps what happened. Never judges."""
