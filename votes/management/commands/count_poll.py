"""Counts a closed poll at a terminal of the server, where no page can be opened (ballots.md §3.7).

The chief signs in first, then officers until k of them have typed their own password and slip. What is typed is not shown,
lives in this process's memory, and is kept nowhere.
"""

from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.views.decorators.debug import sensitive_variables

from accounts import signin
from accounts.models import User
from ground.errors import DomainError
from ground.sealed import normalise_phone
from votes import sealing
from votes.models import Poll
from votes.workflow import counting


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("number", help="the poll's number")

    @sensitive_variables()
    def handle(self, *args: Any, number: str, **options: Any) -> None:
        poll = Poll.objects.with_parts().filter(number=number.upper()).first()
        if poll is None:
            raise CommandError("没有这个编号的表决，请照计票页上的编号核对。")
        self.stdout.write(f"{poll.number} {poll}：{poll.get_state_display()}")
        chief = self.person("总监票人")
        secrets: dict[int, bytes] = {}
        while poll.secret and len(secrets) < poll.k:
            officer = self.person(f"第 {len(secrets) + 1} 名监票人")
            if officer.pk in secrets:
                raise CommandError(f"{officer.name}已经输入过，请另一名监票人输入。没有写入任何结果。")
            try:
                secrets[officer.pk] = sealing.read_slip(getpass("开箱密语（输入时不显示）："))
            except sealing.SlipWrong as wrong:
                raise CommandError(f"{wrong}没有写入任何结果。") from None
        try:
            counting.count(poll, by=chief, secrets=secrets or None)
        except DomainError as refusal:
            raise CommandError(str(refusal.detail)) from None
        self.stdout.write("计票完成，请办事机构负责人核对后公布。")

    @sensitive_variables()
    def person(self, role: str) -> User:
        typed = input(f"{role}的手机号：")
        try:
            user = signin.find(normalise_phone(typed))
        except ValueError as wrong:
            raise CommandError(str(wrong)) from None
        if not (signin.password_fits(user, getpass("登录密码（输入时不显示）：")) and signin.may_sign_in(user)):
            raise CommandError("手机号或密码不对，没有写入任何结果。")
        return user
