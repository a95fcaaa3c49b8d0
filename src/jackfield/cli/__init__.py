"""The command line `jackfield`: what an operator does on the server's machine, and what people do from any machine.

    app.py         the table of all commands, and `run`
    lazy.py        commands that are loaded when they are called
    failures.py    how a command fails: one sentence and an exit code
    output.py      tables, JSON and times

An operator's commands open the database and the keys of this machine (`serve`, `keys`, `audit_chain`, `codes`,
`doctor`). People's commands ask a server through its REST API, as any program would:

    profiles.py    servers and API tokens, kept on this machine
    remote.py      requests, pages, problems          names.py      things by id or by name
    commands.py    how such a command is declared     prompts.py    secrets and yes or no

One module per group of commands beside these. They decide nothing: the server does.
"""
