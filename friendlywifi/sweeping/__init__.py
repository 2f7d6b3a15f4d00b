"""A list through many resolvers: where it comes from, what is kept, what is told."""
