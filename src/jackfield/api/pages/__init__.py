"""What browsers show: the web pages as they were built, and the documentation page, made from the OpenAPI document."""

from jackfield.api.pages.documentation import documentation_page
from jackfield.api.pages.site import Site

__all__ = ["Site", "documentation_page"]
