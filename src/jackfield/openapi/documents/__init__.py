"""The text: JSON or YAML as a tree that is decoded where it is looked at, references, and places in the text."""
