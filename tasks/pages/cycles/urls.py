"""The address of a programme's reporting cycles."""

from django.urls import path

from tasks.pages.cycles import views

urlpatterns = [
    path("", views.cycle_detail, name="cycle_detail"),
]
