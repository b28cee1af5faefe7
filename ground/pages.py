"""How a page offers a verb: its own URL, a form, one press. The same for every face, so no view repeats it.

A refusal that is about the input comes back on the form with everything the person typed; a lost race (somebody else was
quicker) is told in words beside the kept text. A form that was posted after the sign-in had expired is kept in the
session and offered again after signing in.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from ground import jobs
from ground.errors import GuardFailed, Invalid, NotVisible, WrongState
from ground.jobs import Running
from ground.models import Job
from ground.workflow import Actor, available, decide

KEPT = "kept_form"


class VerbForm(forms.Form):
    """The body of a verb. Subclasses may ask `self.obj` and `self.actor` for choices, never decide who may."""

    required_css_class = "is-required"

    def __init__(self, *args: Any, obj: Any = None, actor: Any = None, **kwargs: Any) -> None:
        self.obj, self.actor = obj, actor
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.adapt()
        for asked in self.fields.values():
            if asked.label and asked.error_messages["required"] == forms.Field.default_error_messages["required"]:
                says = "请选择" if hasattr(asked, "choices") else "请填写"
                asked.error_messages["required"] = f"{says}“{asked.label}”。"

    def adapt(self) -> None:
        """Narrows choices to this object and actor."""

    def body(self) -> dict[str, Any]:
        """What the verb is called with; empty optional fields are left out, so that the verb's defaults hold."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "", [], {})}


class Press(VerbForm):
    """A verb without a body: one press."""


@dataclass(frozen=True)
class Act:
    """One verb on a page: `function(obj, by=actor, **body)`, its form, and the words around the button."""

    function: Callable[..., Any]
    form: type[VerbForm] = Press
    hint: str = ""  # one sentence above the form: what happens next
    done: str = ""  # what is said afterwards
    tone: str = ""  # "main" | "danger" | ""


@dataclass(frozen=True)
class Button:
    """A verb that is open now, as a page shows it."""

    verb: str
    label: str
    url: str
    tone: str = ""
    presses: bool = False  # no body: one press is enough

    @property
    def is_main(self) -> bool:
        return self.tone == "main"


def one_main(buttons: Iterable[Button]) -> list[Button]:
    """At most one red button on a screen: the first; what ends something stands last."""
    shown: list[Button] = []
    for button in buttons:
        taken = button.is_main and any(other.is_main for other in shown)
        shown.append(replace(button, tone="") if taken else button)
    return sorted(shown, key=lambda button: (not button.is_main, button.tone == "danger"))


@dataclass
class Acts:
    """The verbs of one kind of object as pages offer them, in the order they are shown."""

    table: Mapping[str, Act]
    labels: Mapping[str, str] = field(default_factory=dict)

    def buttons(self, obj: Any, actor: Actor, url: Callable[[str], str]) -> list[Button]:
        open_now = available(obj, actor)
        return [
            Button(verb, self._label(verb), url(verb), act.tone, act.form is Press)
            for verb, act in self.table.items()
            if verb in open_now
        ]

    def page(
        self,
        request: HttpRequest,
        obj: Any,
        verb: str,
        *,
        actor: Actor,
        template: str,
        back: str,
        initial: Mapping[str, Any] | None = None,
        worker: str = "",
        **context: Any,
    ) -> HttpResponse:
        """The four beats for one verb of one visible object: ask the gate, bind the form, call the verb, go back.

        `worker`: the kind of job that calls the verb where it takes longer than a request has time for (`perform`).
        """
        act = self.table.get(verb)
        if act is None:
            raise NotVisible("没有这一步。")
        if request.method != "POST":
            decide(obj, verb, actor)
        data, files = (request.POST, request.FILES) if request.method == "POST" else (kept(request), None)
        form = act.form(data or None, files, obj=obj, actor=actor, initial=dict(initial or {}))
        if request.method == "POST":
            try:
                decide(obj, verb, actor)
                if form.is_valid():
                    if worker:
                        return redirect("admin:job", self._start(worker, obj, verb, request.POST, actor).pk)
                    act.function(obj, by=actor, **form.body())
                    messages.success(request, act.done or f"已{self.labels.get(verb, '办理')}。")
                    return redirect(back)
            except (Invalid, GuardFailed, WrongState) as refusal:
                put_back(form, refusal)
        label = self._label(verb)
        status = 422 if form.is_bound and form.errors and request.method == "POST" else 200
        told = {"obj": obj, "verb": verb, "label": label, "act": act, "form": form, "back": back}
        return render(request, template, {**told, **context}, status=status)

    def perform(self, job: Running, obj: Any) -> str:
        """Calls the verb that a page left to the worker, by whoever pressed, with what was typed; answers a sentence.

        Raises Invalid where the words no longer fit, and what the verb raises.
        """
        verb = job.body["verb"]
        done = f"“{self._label(verb)}”已经办好：{obj}。"
        if obj.steps.filter(verb=verb, by=job.by, at__gte=job.job.made_at).exists():
            return done  # the worker that did it died before it could say so
        job.progress(0, 1, "正在交接，最后一起生效")
        act = self.table[verb]
        form = act.form(QueryDict(job.body["typed"]), obj=obj, actor=job.by)
        if not form.is_valid():
            raise Invalid(errors=[(name, said[0]) for name, said in form.errors.items()])
        act.function(obj, by=job.by, **form.body())
        return done

    def _start(self, kind: str, obj: Any, verb: str, typed: QueryDict, actor: Any) -> Job:
        """The job of a checked form."""
        typed = typed.copy()
        typed.pop("csrfmiddlewaretoken", None)
        body = {"pk": obj.pk, "verb": verb, "typed": typed.urlencode()}
        return jobs.start(kind, by=actor, title=f"{self._label(verb)}：{obj}"[:120], body=body)

    def _label(self, verb: str) -> str:
        return self.labels.get(verb, verb)


def put_back(form: forms.Form, refusal: Invalid | GuardFailed | WrongState) -> None:
    """Lays a refusal on the form: beside its field where it names one, else above the form."""
    form.full_clean() if not hasattr(form, "cleaned_data") else None
    for pointer, sentence in getattr(refusal, "errors", None) or [("", refusal.detail)]:
        name = pointer.strip("/").split("/")[0]
        form.add_error(name if name in form.fields else None, sentence)


def keep(request: HttpRequest) -> None:
    """Keeps a form that was posted without a sign-in, to be offered again after it (never files or passwords)."""
    if request.method == "POST" and "password" not in request.POST:
        request.session[KEPT] = {"path": request.path, "body": request.POST.urlencode()[:100_000]}


def kept(request: HttpRequest) -> QueryDict | None:
    """What `keep` kept for this page, once."""
    found = request.session.get(KEPT) if hasattr(request, "session") else None
    if not found or found["path"] != request.path:
        return None
    del request.session[KEPT]
    messages.info(request, "离开时间太久，您刚才写的内容还在，请核对后再提交。")
    return QueryDict(found["body"])
