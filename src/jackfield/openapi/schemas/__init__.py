"""The schemas: followed through their references, and translated to JSON Schema 2020-12."""
