"""From `[mail]` to a server and a sender; or a complaint that says what is missing and where to give it."""

from __future__ import annotations

from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path

from friendlywifi import files
from friendlywifi.complaint import Complaint
from friendlywifi.language.spoken import LANGUAGES
from friendlywifi.mail.addresses import AddressFault, address, spelt
from friendlywifi.mail.delivering import Sending
from friendlywifi.mail.desk import Desk
from friendlywifi.mail.post import PORTS, Security, Server, refusal
from friendlywifi.mail.webhook import fault as webhook_fault
from friendlywifi.settings import MailSettings, Settings


def desk_of(settings: Settings) -> Desk:
    """What all letters have in common."""
    mail = settings.mail
    binds = settings.issuer.binding_language
    if binds not in LANGUAGES:
        raise Complaint(f"binding_language under [issuer] is {binds}: there is {' and '.join(LANGUAGES)}")
    office = None if mail.office is None else spelt(_address(mail.office, "office"))
    if mail.webhook is not None and (wrong := webhook_fault(mail.webhook)) is not None:
        raise Complaint(f"webhook under [mail]: {wrong}")
    return Desk(office=office, binds=binds, webhook=mail.webhook is not None)


def sending_of(settings: Settings) -> Sending:
    """The server and the sender."""
    mail = settings.mail
    if mail.host is None or mail.sender is None:
        missing = " and ".join(name for name in ("host", "sender") if getattr(mail, name) is None)
        raise Complaint(
            f"say through which server letters go out: {missing} under [mail] in the configuration"
        )
    sender = _address(mail.sender, "sender")
    server = Server(
        host=mail.host,
        port=mail.port or PORTS[_security(mail.security)],
        security=_security(mail.security),
        user=mail.user,
        password=_password(mail),
        ca=mail.ca_file,
        name=sender.domain,
    )
    wrong = refusal(server)
    if wrong is not None:
        raise Complaint(f"[mail]: {wrong}")
    return Sending(
        server=server,
        sender=sender,
        reply_to=None if mail.reply_to is None else _address(mail.reply_to, "reply_to"),
        webhook=mail.webhook,
    )


def _security(text: str) -> Security:
    try:
        return Security(text)
    except ValueError:
        raise Complaint(f"security under [mail] is {text}: there is {', '.join(Security)}") from None


def _address(text: str, key: str) -> Address:
    name, email = parseaddr(text)
    try:
        return address(email or text, name=name)
    except AddressFault as fault:
        raise Complaint(f"{key} under [mail]: {fault}") from None


def _password(mail: MailSettings) -> str | None:
    if (mail.user is None) != (mail.password_file is None):
        raise Complaint("[mail]: user and password_file are given both, or neither")
    if mail.password_file is None:
        return None
    path = Path(mail.password_file).expanduser()
    text = files.read_text(path, what="the password file of [mail]").strip("\r\n")
    if path.stat().st_mode & 0o077:
        raise Complaint(f"{path} holds a password and can be read by others; chmod 600 {path}")
    if not text:
        raise Complaint(f"{path} is empty; it must hold the password of {mail.user}")
    return text
