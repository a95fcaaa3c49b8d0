"""What whoever creates a custom integration, or lets it write, must have reviewed and understood (O3)."""

from typing import Final

TEXT_VERSION: Final = "2026-11"
"""Changes with the text; whoever accepted another one is asked again."""

STATEMENT: Final = "I have reviewed and understood the requirements and responsibilities for this integration."
"""Beside the box that is to be ticked."""

POINTS: Final = (
    "I may connect this system and use its API; its terms of use and those of its data allow what is granted here.",
    "The OpenAPI document describes the system truly. Jackfield sends what the document says, and can't know what the other system makes of it.",
    "The credentials have no more rights than the granted methods need; whatever is done through the integration is done as this account.",
    "The access groups can't be changed later. Within them I grant each method to those who need it, and to nobody else.",
    "Methods that write, destroy or send something out stay subject to confirmation unless I take the responsibility for calls that nobody has looked at.",
    "Personal and confidential data that the system returns is handled by whoever calls it under the same rules as in the system itself.",
    "When the document changes, I look at what has changed before I accept it.",
)
"""What is to be reviewed, in the order it is shown."""
