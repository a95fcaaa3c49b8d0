"""The documentation page: the OpenAPI document as plain HTML, made once at start, with no script and no foreign host."""

from jackfield.api.pages.documentation import documentation_page

__all__ = ["documentation_page"]
