"""Which part of the guide tells of which page of the product."""

from django.http import HttpRequest

from smartcity.guide.addresses import guide_address

PAGES_OF_ROLES = {
    "officer": "chuyen-vien",
    "coordinator": "dau-moi",
    "office": "van-phong",
    "leader": "lanh-dao",
    "auditor": "kiem-toan",
    "administrator": "quan-tri",
}
# On the page of the reader's own role.
FIRST_PAGE = "#trang-dau"
REPORTING = "bao-cao#viet-va-gui"
REVIEWING = "tiep-nhan#tiep-nhan"
CYCLES = "tiep-nhan#ky-bao-cao"
URGING = "tiep-nhan#don-doc"
DIRECTIVE_URGING = "hop-chi-dao#van-phong-don-doc-viec-qua-han"
DRAFTING = "dieu-chinh#sua-du-thao"
PROGRAMME = "doc-so-lieu#trang-de-an"
STATED = "doc-so-lieu#doi-chieu-so-lieu-cong-bo"
MEETINGS = "hop-chi-dao#van-phong-ghi-cuoc-hop-va-thong-bao-ket-luan"
ANSWERING = "hop-chi-dao#co-quan-duoc-giao-tra-loi"
FOLLOWING = "hop-chi-dao#lanh-dao-theo-doi"
FINDINGS = "hop-chi-dao#kien-nghi-kiem-toan-thanh-tra"
SUCCESSION = "co-quan#ke-thua"
FROM_FILE = "bang-tinh#nhap-tu-tep"
HISTORY = "kiem-tra#lich-su-thay-doi"
LOG = "kiem-tra#nhat-ky-thay-doi"

# By the name of the page's address.
PLACES = {
    "access_list": "kiem-tra#nhat-ky-truy-cap",
    "home": PROGRAMME,
    "programme_detail": PROGRAMME,
    "change_log": LOG,
    "change_act": LOG,
    "learned_list": "kiem-tra#theo-nhung-gi-biet-den-mot-luc-truoc",
    "change_list": "doc-so-lieu#so-voi-mot-ngay-truoc",
    "revision_compare": "dieu-chinh#so-sanh-hai-lan-bat-ky",
    "revision_begin": "dieu-chinh#bat-dau",
    "revision_first": "dieu-chinh#de-an-moi",
    "revision_detail": DRAFTING,
    "revision_edit": DRAFTING,
    "revision_periods": DRAFTING,
    "revision_objectives": DRAFTING,
    "revision_carry_over": DRAFTING,
    "revision_step": "dieu-chinh#trinh-thong-qua-rut",
    "revision_rebase": "dieu-chinh#du-thao-soan-tren-ban-cu",
    "planned_task_add": DRAFTING,
    "planned_task_merge": DRAFTING,
    "planned_task_edit": DRAFTING,
    "planned_task_split": DRAFTING,
    "planned_task_remove": DRAFTING,
    "stated_figures": STATED,
    "stated_figure_note": "van-ban#so-lieu-cong-bo",
    "cycle_detail": CYCLES,
    "programme_ledger": "kinh-phi#doc",
    "programme_schedule": "doc-so-lieu#tien-do",
    "portfolio_schedule": "doc-so-lieu#tien-do",
    "portfolio_money": "kinh-phi#doc",
    "evidence_page": "kiem-toan#goi-bang-chung",
    "document_list": "doc-so-lieu#van-ban",
    "document_detail": "doc-so-lieu#van-ban",
    "document_issue": "van-ban#nhap-van-ban",
    "meeting_list": MEETINGS,
    "meeting_add": MEETINGS,
    "meeting_detail": MEETINGS,
    "meeting_remove": MEETINGS,
    "meeting_change": MEETINGS,
    "meeting_notice": MEETINGS,
    "meeting_conclude": MEETINGS,
    "meeting_version": MEETINGS,
    "conclusion_add": MEETINGS,
    "conclusion_change": MEETINGS,
    "conclusion_move": MEETINGS,
    "conclusion_remove": MEETINGS,
    "directive_add": "hop-chi-dao#bay-loai-han",
    "directive_change": "hop-chi-dao#bay-loai-han",
    "directive_move": MEETINGS,
    "directive_remove": MEETINGS,
    "directive_withdraw": "hop-chi-dao#bay-loai-han",
    "directive_resume": "hop-chi-dao#bay-loai-han",
    "directive_resolve": "hop-chi-dao#bay-loai-han",
    "explanation_list": "giai-trinh",
    "explanation_detail": "giai-trinh",
    "explanation_answer": "giai-trinh#co-quan-tra-loi",
    "explanation_ask_again": "giai-trinh#hoi-them-ket-thuc",
    "explanation_close": "giai-trinh#hoi-them-ket-thuc",
    "explanation_ask": "giai-trinh#lanh-dao-hoi",
    "task_explanation_ask": "giai-trinh#lanh-dao-hoi",
    "urging_send": URGING,
    "directive_urging": DIRECTIVE_URGING,
    "dataset_list": "co-so-du-lieu",
    "dataset_detail": "co-so-du-lieu#ghi-nhan-tinh-trang",
    "directive_board": FOLLOWING,
    "directive_matrix": FOLLOWING,
    "directive_league": FOLLOWING,
    "directive_detail": FOLLOWING,
    "assignment_detail": ANSWERING,
    "assignment_answer": ANSWERING,
    "assignment_period": ANSWERING,
    "assignment_progress": ANSWERING,
    "extension_request": ANSWERING,
    "assignment_reopen": ANSWERING,
    "answer_confirm": ANSWERING,
    "answer_return": ANSWERING,
    "extension_decide": ANSWERING,
    "calendar_page": "hop-chi-dao#lich",
    "finding_list": FINDINGS,
    "finding_add": FINDINGS,
    "finding_detail": FINDINGS,
    "finding_change": FINDINGS,
    "finding_answer": FINDINGS,
    "finding_close": FINDINGS,
    "finding_reopen": FINDINGS,
    "directive_document_add": FOLLOWING,
    "directive_revision_add": FOLLOWING,
    "directive_task_add": FOLLOWING,
    "directive_link_remove": FOLLOWING,
    "directive_link_add": FOLLOWING,
    "task_detail": PROGRAMME,
    "route_steps": "thu-tuc",
    "route_step_add": "thu-tuc",
    "route_step_reopen": "thu-tuc",
    "agency_detail": SUCCESSION,
    "agency_transfer": "co-quan#chuyen-giao-viec",
    "search": "tim",
    "sign_in": "chung#dang-nhap-mat-khau",
    "who_may_do_what": "chung#dang-nhap-mat-khau",
    "imported_file_start": FROM_FILE,
    "imported_file_detail": FROM_FILE,
    "imported_file_upload": FROM_FILE,
    "imported_file_undo": "bang-tinh#hoan-tac-mot-lan-nhap",
    "guide_contents": "",
    "guide_page": "",
    "admin:index": FIRST_PAGE,
    "admin:app_list": FIRST_PAGE,
    "admin:password_change": "chung#dang-nhap-mat-khau",
    "admin:password_change_done": "chung#dang-nhap-mat-khau",
    "admin:tasks_progressupdate_accept_many": REVIEWING,
    "admin:tasks_progressupdate_review": REVIEWING,
}
# What the admin's pages of a kind of record are about, by how their names begin.
RECORDS = {
    "programme_legaldocument": "van-ban#nhap-van-ban",
    "programme_statedfigure": "van-ban#so-lieu-cong-bo",
    "programme_province": SUCCESSION,
    "programme_agency": SUCCESSION,
    "programme_agencysuccession": SUCCESSION,
    "programme_user": "co-quan#tai-khoan-mat-khau",
    "programme_programme": "dieu-chinh#de-an-moi",
    "programme_revision": DRAFTING,
    "programme_revisionstep": "dieu-chinh#trinh-thong-qua-rut",
    "tasks_task": PROGRAMME,
    "tasks_plannedtask": DRAFTING,
    "tasks_progressupdate": REPORTING,
    "tasks_reportingduty": CYCLES,
    "tasks_reportingcycle": CYCLES,
    "tasks_urging": URGING,
    "meetings_directiveurging": DIRECTIVE_URGING,
    "tasks_budgetentry": "kinh-phi#ghi",
    "tasks_dataset": "co-so-du-lieu#danh-muc",
    "tasks_explanation": "giai-trinh",
    "meetings_meeting": MEETINGS,
    "meetings_directive": FOLLOWING,
    "meetings_assignment": ANSWERING,
    "meetings_finding": FINDINGS,
    "smartcity_importedfile": FROM_FILE,
}
# Of whatever record.
ENDINGS = {"history": HISTORY, "removed": "kiem-tra#ban-ghi-da-xoa"}


def place_of(name: str) -> str | None:
    """The part of the guide for the page of this name; None where nobody has said one."""
    if name in PLACES:
        return PLACES[name]
    app, _, rest = name.removeprefix("admin:").partition("_")
    model, _, page = rest.partition("_")
    return ENDINGS.get(page) or RECORDS.get(f"{app}_{model}")


def guide_to(request: HttpRequest, role: str) -> str:
    """Where the guide tells this role of the page that is asked for; of a page without a part, the contents."""
    match = getattr(request, "resolver_match", None)
    place = (place_of(match.view_name) if match else None) or ""
    own = PAGES_OF_ROLES[role] if place.startswith("#") else ""
    return guide_address(own + place)
