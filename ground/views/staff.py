"""Pages of the console about long jobs: how far one is, and what it made."""

from django.contrib.admin import site
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from ground import files
from ground.models import Job
from ground.paging import keyset


def jobs(request: HttpRequest) -> HttpResponse:
    page = keyset(Job.objects.visible_to(request.user), request)
    return render(request, "console/jobs.html", {"title": "后台任务", "page": page, **site.each_context(request)})


def job(request: HttpRequest, pk: int) -> HttpResponse:
    """`?part=1` answers the moving part alone, for the script that watches it."""
    found = get_object_or_404(Job.objects.visible_to(request.user).select_related("file"), pk=pk)
    if request.GET.get("part"):
        return render(request, "console/_job.html", {"job": found})
    return render(request, "console/job.html", {"title": found.title, "job": found, **site.each_context(request)})


def job_file(request: HttpRequest, pk: int) -> HttpResponse:
    """What the job made, to be saved by whoever asked for it."""
    found = get_object_or_404(Job.objects.visible_to(request.user).exclude(file=None).select_related("file"), pk=pk)
    return files.answer(found.file, name=found.file_name)
