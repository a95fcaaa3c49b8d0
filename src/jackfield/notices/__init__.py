"""Telling people, in the app, once each; by mail and webhook later.

Features hand in the ids of the people and what happened; the words are with whoever shows them.
"""

from jackfield.notices.errors import NoticeNotFoundError
from jackfield.notices.models import Notice
from jackfield.notices.service import Notices

__all__ = ["Notice", "NoticeNotFoundError", "Notices"]
