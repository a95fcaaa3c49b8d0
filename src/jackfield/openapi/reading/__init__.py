"""The description: one form of Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2, with a report on what was not understood."""
