"""Connections: one configured access to one third-party system each; read this feature first.

`access` decides who may do what, and is pure. `models` has the words, `errors` the refusals, `tables` and `store` the
rows and every query. `service` has one module per use case, and `Connections`, the door to all of them. Below are the
directory (who somebody is), the audit, the notices, the connector kit and the vault; above is the gateway, the only
one who uses a connection's credentials, and who fills the role of `ConnectionTester`.

What it deliberately is not: it never reaches the outside itself, and has no way to read a secret back.
"""
