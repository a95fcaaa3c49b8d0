"""What lies in the mailboxes."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Final

from jackfield.example.names import COMPANY, DOMAIN, MAILBOXES, NAMES, address
from jackfield.example.systems.contents.pdf import write_pdf
from jackfield.example.systems.mail_store import MailStore

_MAILS: Final = (
    # mailbox, days ago, from, subject, text, seen, file
    ("orders", 0.1, "Eva Moser <purchasing@brauhaus-hopfner.example>", "Order 4711: two LX-220 and calibration",
     ("Dear Linden team,\n\nplease send two bench scales LX-220 with calibration certificates to our new hall.\n"
     "Our order is attached.\n\nKind regards\nEva Moser\nBrauhaus Hopfner"), False, "Order 4711.pdf"),
    ("orders", 0.4, "Gábor Nagy <beszerzes@marosi.example>", "Price for ten LX-110",
     "Good morning,\n\nwhat is your price for ten counter scales LX-110, delivered to Budapest?\n\nGábor Nagy", False, ""),
    ("orders", 1.2, "Apotheke am Markt <post@apotheke-markt.example>", "LP-500: delivery date?",
     "Hello Jonas,\n\nwhen does our precision balance LP-500 arrive? We open the laboratory on the first.\n\nPetra Lang", False, ""),
    ("orders", 2.5, "Andrej Kralj <narocila@perko.example>", "Order confirmation received",
     "Thank you, the confirmation is correct. Please write our VAT number on the invoice.\n\nAndrej Kralj", True, ""),
    ("orders", 4.0, "Labor Dr. Weiss <einkauf@labor-weiss.example>", "Bestellung Analysenwaage LA-900",
     ("Sehr geehrter Herr Brandt,\n\nwir bestellen eine Analysenwaage LA-900 zum Angebot 2291. Bitte mit Prüfgewichten "
     "Klasse F1.\n\nMit freundlichen Grüßen\nDr. Weiss"), True, "Bestellung.pdf"),
    ("orders", 6.3, "Stefan Haas <haas@recycling-nord.example>", "Invoice 20931",
     "Hello,\n\nthe invoice names three platform scales, we got two. Can you look?\n\nStefan Haas", True, ""),
    ("support", 0.2, "Jan Svoboda <svoboda@umlyna.example>", "Scale shows E4",
     "Hello,\n\nour LX-220 shows E4 since this morning, and the bakery is waiting. What can we do?\n\nJan Svoboda", False, ""),
    ("support", 0.8, "Käserei Alpenblick <office@alpenblick.example>", "Display stays dark",
     "Good evening,\n\nafter cleaning, the display of the LX-120 stays dark. The serial number is 120-88-0412.\n\nMarie Pichler", False, ""),
    ("support", 1.5, "Institut für Metrologie <labor@metrologie.example>", "Calibration certificate missing",
     "The certificate for LA-900 no. 900-17-0031 was not in the box. Please send it as PDF.\n\nF. Keller", False, ""),
    ("support", 3.1, "Goldschmiede Auer <auer@goldschmiede.example>", "Thank you!",
     "The balance works again, and Mira was very friendly. Thank you!\n\nSophie Auer", True, ""),
    ("support", 5.0, "Pharma Tatra <servis@pharmatatra.example>", "Yearly maintenance",
     "Please offer us the yearly maintenance for six LP-510.\n\nMarek Urban", True, ""),
    ("news", 9.0, f"{COMPANY} <news@{DOMAIN}>", "News from Linden: the new LP-510",
     "The LP-510 weighs to a tenth of a milligram, and costs less than you think.\n", True, ""),
    ("clara", 0.6, f"Paula Novak <paula@{DOMAIN}>", "Audit on Thursday",
     "Clara,\n\non Thursday I look at who used the customer database this quarter. An hour is enough.\n\nPaula", False, ""),
    ("jonas", 0.3, f"Clara Linden <clara@{DOMAIN}>", "Prices for next year",
     "Jonas,\n\nplease let me have the new price list by Friday. The trade fair is in two weeks.\n\nClara", False, ""),
    ("mira", 0.5, f"Tom Eder <tom@{DOMAIN}>", "E4 again",
     "Mira,\n\nthe third LX-220 with E4 this month. Is it the cable again?\n\nTom", False, ""),
    ("tom", 0.9, f"Jonas Brandt <jonas@{DOMAIN}>", "Hopfner",
     "Tom,\n\nplease call Eva Moser before ten, they are moving the scales today.\n\nJonas", True, ""),
)  # fmt: skip


def fill(store: MailStore, now: datetime) -> None:
    """Make every mailbox, with its mails counted back from now."""
    for account in (*MAILBOXES, *NAMES):
        store.add_account(address(account))
    for account, days, sender, subject, text, seen, file in sorted(_MAILS, key=lambda mail: -mail[1]):
        sent = now - timedelta(days=days)
        inbox = store.find_folder(address(account), "INBOX")
        if inbox is not None:
            content = _written(sender, address(account), subject, text, sent=sent, file=file)
            store.add(inbox.id, content, flags=["\\Seen"] if seen else [], received=sent)


def _written(sender: str, recipient: str, subject: str, text: str, *, sent: datetime, file: str) -> bytes:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = recipient
    message["Subject"] = subject
    message["Date"] = format_datetime(sent)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].rstrip(">"))
    message.set_content(f"{text}\n")
    if file:
        pdf = write_pdf(file.removesuffix(".pdf"), [*text.splitlines(), f"{sent:%d.%m.%Y}"])
        message.add_attachment(pdf, maintype="application", subtype="pdf", filename=file)
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
