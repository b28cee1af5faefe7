"""Posts begin and end; what ends takes its sign-ins along at once (security.md §2)."""

from datetime import date

from django.db import transaction

from accounts.models import Notice, Organ, Post, User
from accounts.signin import drop_sessions
from ground import audit, clock
from ground.errors import Invalid, NotVisible
from ground.workflow import Actor


@transaction.atomic
def give_post(user: User, organ: Organ, role: str, *, by: Actor, title: str = "", since: date | None = None) -> Post:
    """A live post; the one that is there already is answered as it is."""
    post, made = Post.objects.get_or_create(
        user=user, organ=organ, role=role, until=None, defaults={"title": title, "since": since or clock.today()}
    )
    if made:
        audit.write(by, "accounts.give_post", f"user:{user.pk}", "posts")
    user.__dict__.pop("facts", None)
    return post


@transaction.atomic
def end_post(post: Post, *, by: Actor, until: date | None = None) -> Post:
    """Ends a post; browsers, phones and tokens of the person are signed out, and sign in again for what remains."""
    until = until or clock.today()
    if until < post.since:
        raise Invalid("until", "结束日期不能早于开始日期。")
    post.until = until
    post.save(update_fields=["until"])
    drop_sessions(post.user)
    audit.write(by, "accounts.end_post", f"user:{post.user_id}", "posts")
    post.user.__dict__.pop("facts", None)
    return post


def read(notice: Notice, *, by: Actor) -> Notice:
    """Notes that the owner has read a notice, once."""
    if notice.user_id != by.pk:
        raise NotVisible
    if notice.read_at is None:
        notice.read_at = clock.now()
        notice.save(update_fields=["read_at"])
    return notice
