from simple_history.management.commands import clean_duplicate_history

from smartcity.management.refused import RefusedCommand


class Command(RefusedCommand, clean_duplicate_history.Command):
    help = "Không dùng ở đây: lịch sử không xóa bớt."
    why = (
        "Mỗi dòng lịch sử ghi một lần một người đã lưu, kể cả khi nội dung không đổi, nên không dòng nào được xóa. "
        "Trang lịch sử tự nêu lần lưu không thay đổi nội dung."
    )
