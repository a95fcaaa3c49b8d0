"""REST: everything the UI does, for programs (E3); the routes, and what belongs to HTTP around them.

    guard.py      the first and last thing of every request: sizes, deadlines, hosts, headers, what nobody caught
    app.py        `create_app`
    shortcut.py   the hot route, past the framework
    routes.py     how a route is declared, and the walk through it
    access.py     who may knock            identity.py   who is asking
    bodies.py     JSON in and out          paging.py     pages and versions
    problems.py   errors in HTTP           idempotency/  one effect per key
    schema.py     the OpenAPI document     pages/        the same to read, and the web pages
    serving.py    the HTTP server           languages.py  what is said, in the reader's language
    desk.py       what every route can have: services, caller

The routes are in routers/, a module per feature. They read, ask a service, and show; they decide nothing.

Here is what others fill in. Whoever serves imports `app` and `serving` themselves: loading the routes takes longer than
most commands of an operator, who needs none.
"""

from jackfield.api.services import Check, ExampleCompany, ExamplePerson, Services

__all__ = ["Check", "ExampleCompany", "ExamplePerson", "Services"]
