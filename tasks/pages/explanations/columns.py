"""The columns of the list of requests for an explanation."""

from smartcity.lib.pages.columns import Column, Kind

ITS_PAGE_TELLS = "the page of the request tells it"

EXPLANATION_COLUMNS = [
    Column("Ngày hỏi", lambda line: line.explanation.asked_on, Kind.DAY),
    Column("Người hỏi", lambda line: str(line.explanation.asked_by), width=24, file_only=ITS_PAGE_TELLS),
    Column("Nội dung yêu cầu", lambda line: line.explanation.question, width=60, under="Nội dung"),
    Column("Đề án", lambda line: line.explanation.programme.code, width=16, under="Về"),
    Column("Nhiệm vụ", lambda line: line.explanation.task_name or "", width=36, under="Về"),
    Column("Nội dung trang nêu lúc hỏi", lambda line: line.explanation.shown, width=36, under="Về"),
    Column("Số liệu đến ngày", lambda line: line.explanation.as_of, Kind.DAY, under="Về"),
    Column("Cơ quan giải trình", lambda line: line.explanation.agency.label, width=36),
    Column("Hạn trả lời", lambda line: line.explanation.due_on, Kind.DAY),
    Column("Tình trạng", lambda line: line.label, width=18),
    Column("Kết luận", lambda line: line.explanation.verdict, width=60, file_only=ITS_PAGE_TELLS),
]
