"""Reading the demonstration's mailbox, by anybody on this machine."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ground.models import DemoMail
from ground.paging import keyset


def demo_mailbox(request: HttpRequest) -> HttpResponse:
    """The newest messages first; `?phone=` keeps those to numbers with these last digits."""
    phone = re.sub(r"\D", "", request.GET.get("phone", ""))[-4:]
    mails = DemoMail.objects.filter(to_mask__endswith=phone) if phone else DemoMail.objects.all()
    return render(request, "shared/demo_mailbox.html", {"page": keyset(mails, request, order=("-pk",)), "phone": phone})
