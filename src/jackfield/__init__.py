"""Jackfield: third-party systems connected once, governed, and used by processes, apps and assistants.

ARCHITECTURE.md draws the house; read `jackfield.connections` first.
"""
