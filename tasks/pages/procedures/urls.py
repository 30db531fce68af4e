"""Addresses of the steps of a task's procedure, below that of the task."""

from django.urls import path

from tasks.pages.procedures import views

urlpatterns = [
    path("", views.route_steps, name="route_steps"),
    path("lap/", views.route_lay_out, name="route_lay_out"),
    path("them/", views.route_step_add, name="route_step_add"),
    path("<int:step>/mo-lai/", views.route_step_reopen, name="route_step_reopen"),
]
