"""Sending mail over the clinic's own SMTP server."""

import os
import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage

from auricle.errors import SettingsError
from auricle.settings import Mail

PASSWORD = "AURICLE_MAIL_PASSWORD"
TIMEOUT_S = 30.0


def send(settings: Mail, to: str, subject: str, text: str, html: str = "") -> None:
    """One message. Raises OSError (smtplib's errors are such) when it could not be handed over,
    SettingsError when no server is named."""
    if not settings.host:
        raise SettingsError("No mail server is named.", "Set [mail] host in auricle.toml.")
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, settings.sender, to
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    context = ssl.create_default_context()
    if settings.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.host, settings.port, timeout=TIMEOUT_S, context=context
        )
    else:
        server = smtplib.SMTP(settings.host, settings.port, timeout=TIMEOUT_S)
    try:
        if settings.security == "starttls":
            server.starttls(context=context)
        if settings.user:
            server.login(settings.user, os.environ.get(PASSWORD, ""))
        server.send_message(message)
        with suppress(OSError):  # it was handed over: what the goodbye brings doesn't matter
            server.quit()
    finally:
        server.close()
