"""What is in the process that programs are forked from (`programs`): all of Jackfield, and the server that tests kill."""

from importlib import import_module

from servers.programs import load

load("jackfield", frozenset({"jackfield.migrations.env"}))
import_module("processes.carrier")
