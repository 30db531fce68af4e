"""Addresses, in Vietnamese without accents."""

from django.contrib import admin
from django.urls import include, path

from meetings.pages.directives.links import directives_of
from smartcity.accounts.rights_page import who_may_do_what
from smartcity.accounts.views import SignInView, SignOutView
from smartcity.agencies.views import agency_detail, agency_transfer
from smartcity.audit.access.views import access_list
from smartcity.audit.changes import views as changes
from smartcity.documents import views as documents
from smartcity.files.views import stored_file
from smartcity.lib.late import late
from smartcity.lib.pages.readback import read_aloud
from smartcity.portfolio import views
from smartcity.portfolio.change_views import change_list
from smartcity.portfolio.learned_views import learned_list
from smartcity.portfolio.task_views import task_detail
from smartcity.search.views import search
from smartcity.work_count import work_count
from tasks.pages.ledger.portfolio_views import portfolio_money
from tasks.pages.revisions.views import revision_detail
from tasks.pages.schedule.portfolio_views import portfolio_schedule

SPREADSHEETS = "smartcity.exchange.exports.views"

urlpatterns = [
    path("", views.home, name="home"),
    path("de-an/<slug:code>/", views.programme_detail, name="programme_detail"),
    path("de-an/<slug:code>/", include("tasks.pages.revisions.urls")),
    path(
        "de-an/<slug:code>/lan/<int:number>/",
        revision_detail,
        {"directives_of": directives_of},
        name="revision_detail",
    ),
    path(
        "de-an/<slug:code>/nhiem-vu.<slug:extension>",
        late(f"{SPREADSHEETS}.programme_tasks_export"),
        name="programme_tasks_export",
    ),
    path("de-an/<slug:code>/doi-chieu/", include("tasks.pages.stated.urls")),
    path("de-an/<slug:code>/ky-bao-cao/", include("tasks.pages.cycles.urls")),
    path("de-an/<slug:code>/kinh-phi/", include("tasks.pages.ledger.urls")),
    path("de-an/<slug:code>/tien-do/", include("tasks.pages.schedule.urls")),
    path(
        "de-an/<slug:code>/tien-do/nhiem-vu.<slug:extension>",
        late(f"{SPREADSHEETS}.schedule_export"),
        name="schedule_export",
    ),
    path(
        "de-an/<slug:code>/ky-bao-cao/bao-cao.<slug:extension>",
        late(f"{SPREADSHEETS}.cycle_export"),
        name="cycle_export",
    ),
    path(
        "de-an/<slug:code>/kinh-phi/but-toan.<slug:extension>",
        late(f"{SPREADSHEETS}.ledger_export"),
        name="ledger_export",
    ),
    path(
        "de-an/<slug:code>/kinh-phi/nam-nguon.<slug:extension>",
        late(f"{SPREADSHEETS}.ledger_years_export"),
        name="ledger_years_export",
    ),
    path("de-an.<slug:extension>", late(f"{SPREADSHEETS}.portfolio_export"), name="portfolio_export"),
    path("dien-bien.<slug:extension>", late(f"{SPREADSHEETS}.portfolio_trend_export"), name="portfolio_trend_export"),
    path("kinh-phi/", portfolio_money, name="portfolio_money"),
    path(
        "kinh-phi/nam-nguon.<slug:extension>",
        late(f"{SPREADSHEETS}.portfolio_money_export"),
        name="portfolio_money_export",
    ),
    path(
        "giai-trinh/danh-sach.<slug:extension>",
        late(f"{SPREADSHEETS}.explanation_list_export"),
        name="explanation_list_export",
    ),
    path(
        "co-so-du-lieu/danh-sach.<slug:extension>",
        late(f"{SPREADSHEETS}.dataset_list_export"),
        name="dataset_list_export",
    ),
    path(
        "chi-dao/danh-sach.<slug:extension>",
        late(f"{SPREADSHEETS}.directive_board_export"),
        name="directive_board_export",
    ),
    path("van-ban/", documents.document_list, name="document_list"),
    path(
        "van-ban/danh-sach.<slug:extension>", late(f"{SPREADSHEETS}.document_list_export"), name="document_list_export"
    ),
    path("van-ban/<int:pk>/", documents.document_detail, name="document_detail"),
    path("van-ban/<int:pk>/ghi-so/", documents.document_issue, name="document_issue"),
    path("cuoc-hop/", include("meetings.pages.meetings.urls")),
    path("tep/<int:pk>/", stored_file, name="stored_file"),
    path("don-doc/", include("tasks.pages.urging.urls")),
    path("", include("tasks.pages.explanations.urls")),
    path("", include("tasks.pages.datasets.urls")),
    path("", include("meetings.pages.directives.urls")),
    path("", include("meetings.pages.urging.urls")),
    path("", include("meetings.pages.assignments.urls")),
    path("", include("meetings.pages.calendar.urls")),
    path("", include("meetings.pages.findings.urls")),
    path("chi-dao/<int:pk>/lien-ket/", include("meetings.pages.directives.linking.urls")),
    path("nhat-ky/", changes.change_log, name="change_log"),
    path("nhat-ky/<int:place>/", changes.change_act, name="change_act"),
    path("nhat-ky/danh-sach.<slug:extension>", late(f"{SPREADSHEETS}.change_log_export"), name="change_log_export"),
    path("thay-doi/", change_list, name="change_list"),
    path("biet-them/", learned_list, name="learned_list"),
    path("tien-do/", portfolio_schedule, name="portfolio_schedule"),
    path("nhiem-vu/<int:pk>/", task_detail, name="task_detail"),
    path("nhiem-vu/<int:pk>/thu-tuc/", include("tasks.pages.procedures.urls")),
    path("co-quan/<int:pk>/", agency_detail, name="agency_detail"),
    path("co-quan/<int:pk>/chuyen-giao/", agency_transfer, name="agency_transfer"),
    path("goi-bang-chung/", late("smartcity.audit.evidence.views.evidence_page"), name="evidence_page"),
    path("goi-bang-chung/goi.zip", late("smartcity.audit.evidence.views.evidence_package"), name="evidence_package"),
    path("so-viec/", work_count, name="work_count"),
    path("tim/", search, name="search"),
    path("doc-lai/", read_aloud, name="read_aloud"),
    path("dang-nhap/", SignInView.as_view(), name="sign_in"),
    path("dang-xuat/", SignOutView.as_view(), name="sign_out"),
    path("ai-duoc-lam-gi/", who_may_do_what, name="who_may_do_what"),
    path("nhat-ky-truy-cap/", access_list, name="access_list"),
    path(
        "nhat-ky-truy-cap/danh-sach.<slug:extension>",
        late(f"{SPREADSHEETS}.access_list_export"),
        name="access_list_export",
    ),
    path("huong-dan/", late("smartcity.guide.views.guide_contents"), name="guide_contents"),
    path("huong-dan/<slug:name>/", late("smartcity.guide.views.guide_page"), name="guide_page"),
    path("nhap-tep/", include("smartcity.exchange.imports.urls")),
    path("api/v1/", include("smartcity.exchange.api.urls")),
    path("quan-tri/", admin.site.urls),
]

handler400 = "smartcity.lib.pages.errors.bad_request"
handler403 = "smartcity.lib.pages.errors.forbidden"
handler404 = "smartcity.lib.pages.errors.not_found"
handler500 = "smartcity.lib.pages.errors.server_error"
