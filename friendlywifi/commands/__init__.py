"""One module a command. Heavy imports happen inside, so that `--help` is there at once."""
