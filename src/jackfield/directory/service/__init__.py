"""The use cases of the directory."""
