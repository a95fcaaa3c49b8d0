"""The example company: a small firm that a new installation opens on, with real systems on this machine behind it.

    cast.py       who and what there is: people, groups, business units, connections
    seeding.py    makes it, through the same services that everybody uses; begun again, it goes on where it was
    company.py    ExampleCompany: runs the systems as long as the server runs, and lets its people be switched
    record.py     what of it was made, and which ports its systems have
    accounts.py   who may sign in at the systems; digests only
    removal.py    takes it away again
    systems/      the systems themselves: a program of its own

Above it: the command line. Below it: all parts, put together. Nothing of it is imported here: the systems are a program
of their own and stay small.
"""
