"""A process for reading what strangers wrote: limited in memory, time and reach, and gone afterwards (mechanism M15).

    async with a place in the line: reads = Reader(...); answer = await reads.run("openapi", text)

The child gets bytes on its standard input and gives JSON on its standard output; it can open no socket, write no file
and start no program, and whatever it does, the server's process is not the one that dies of it (case D24). What can be
run in it is a table in `isolation.child`, not a name that somebody passes.
"""

from jackfield.isolation.reader import IsolatedReader, IsolationLimits, ReadingFailedError

__all__ = ["IsolatedReader", "IsolationLimits", "ReadingFailedError"]
