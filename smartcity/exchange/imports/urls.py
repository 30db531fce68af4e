"""Addresses of files that are brought in."""

from django.urls import path

from smartcity.lib.late import late

VIEWS = "smartcity.exchange.imports.views"

urlpatterns = [
    path("", late(f"{VIEWS}.imported_file_start"), name="imported_file_start"),
    path("<int:pk>/", late(f"{VIEWS}.imported_file_detail"), name="imported_file_detail"),
    path("<int:pk>/nhap/", late(f"{VIEWS}.imported_file_apply"), name="imported_file_apply"),
    path("<int:pk>/huy/", late(f"{VIEWS}.imported_file_cancel"), name="imported_file_cancel"),
    path("<int:pk>/hoan-tac/", late(f"{VIEWS}.imported_file_undo"), name="imported_file_undo"),
    path("<int:pk>/loi.<slug:extension>", late(f"{VIEWS}.imported_file_errors"), name="imported_file_errors"),
    path("<int:pk>/tep/", late(f"{VIEWS}.imported_file_content"), name="imported_file_content"),
    path(
        "bao-cao-tien-do/<slug:code>/bieu-mau-da-dien/",
        late(f"{VIEWS}.imported_file_filled"),
        name="imported_file_filled",
    ),
    path("<slug:slug>/<slug:code>/", late(f"{VIEWS}.imported_file_upload"), name="imported_file_upload"),
    path("<slug:slug>/<slug:code>/<int:number>/", late(f"{VIEWS}.imported_file_upload"), name="imported_file_upload"),
    path("<slug:slug>/<slug:code>/bieu-mau/", late(f"{VIEWS}.imported_file_blank"), name="imported_file_blank"),
    path(
        "<slug:slug>/<slug:code>/<int:number>/bieu-mau/",
        late(f"{VIEWS}.imported_file_blank"),
        name="imported_file_blank",
    ),
]
