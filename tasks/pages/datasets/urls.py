"""Addresses of shared and open databases."""

from django.urls import path

from tasks.pages.datasets import views

urlpatterns = [
    path("co-so-du-lieu/", views.dataset_list, name="dataset_list"),
    path("co-so-du-lieu/<int:pk>/", views.dataset_detail, name="dataset_detail"),
]
