from simple_history.management.commands import populate_history

from smartcity.management.refused import RefusedCommand


class Command(RefusedCommand, populate_history.Command):
    help = "Không dùng ở đây: lịch sử không ghi bù."
    why = (
        "Lịch sử chỉ ghi lúc có người thay đổi, kèm tên và lý do; ghi bù thì không ai ký. "
        "Bản ghi thiếu lịch sử là dấu hiệu có thay đổi ngoài hệ thống: tìm nguyên nhân trước."
    )
