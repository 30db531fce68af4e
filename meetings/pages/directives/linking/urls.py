"""Addresses of what a directive is linked with, below that of the directive."""

from django.urls import path

from meetings.pages.directives.linking import views

urlpatterns = [
    path("van-ban/moi/", views.directive_document_add, name="directive_document_add"),
    path("lan-dieu-chinh/moi/", views.directive_revision_add, name="directive_revision_add"),
    path("nhiem-vu/moi/", views.directive_task_add, name="directive_task_add"),
    path("<int:link>/bo/", views.directive_link_remove, name="directive_link_remove"),
    path("<slug:end>/", views.directive_link_add, name="directive_link_add"),
]
