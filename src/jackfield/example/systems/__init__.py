"""The systems of the example company: a mail server, a ticket service, a customer database, a folder of documents.

A program of its own (`__main__`), started by the server, that knows nothing of Jackfield: what it holds lies in the
example's folder, who may sign in in its accounts.

    __main__.py   opens the sockets, says where they are, and ends with whoever started it
    imap.py       reading mails              imap_words.py    the grammar of its commands
    imap_search.py  SEARCH                   imap_fetch.py    FETCH
    smtp.py       sending mails              mail_store.py    the mailboxes, in SQLite
    lines.py      lines from a socket, with bounds
    tickets.py    the ticket service         ticket_store.py  its tickets, in SQLite
    openapi.json  the ticket service's own description
    contents/     what is in them at the beginning

Mails to people outside the company are taken and kept: nothing leaves this machine.
"""
