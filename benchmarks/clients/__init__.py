"""The contenders, each in a process of its own: it prints one line of JSON when it is done."""
