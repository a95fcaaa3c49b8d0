"""E-mail: one mailbox is one connection, with IMAP for reading and SMTP for sending."""

from jackfield.catalog.mail.connector import MailConnector

__all__ = ["MailConnector"]
