from simple_history.management.commands import clean_old_history

from smartcity.management.refused import RefusedCommand


class Command(RefusedCommand, clean_old_history.Command):
    help = "Không dùng ở đây: lịch sử không xóa bớt."
    why = (
        "Lịch sử thay đổi là bằng chứng để kiểm tra nên không dòng nào được xóa, dù đã cũ. "
        "Cần thêm chỗ thì tăng dung lượng máy chủ."
    )
