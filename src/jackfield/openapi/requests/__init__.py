"""The request: arguments in the places and styles that the description gives them, and never anywhere else."""
