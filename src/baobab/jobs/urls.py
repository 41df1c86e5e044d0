"""The addresses of the page of jobs."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("jobs/", views.jobs_page, name="jobs"),
    path("jobs/<int:number>/stop/", views.stop_job, name="job_stop"),
    path("jobs/<int:number>/retry/", views.retry_job, name="job_retry"),
]
