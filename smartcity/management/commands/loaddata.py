from django.core.management.commands import loaddata

from smartcity.management.refused import RefusedCommand


class Command(RefusedCommand, loaddata.Command):
    help = "Không dùng ở đây: dữ liệu nạp thẳng không có lịch sử."
    why = (
        "Dữ liệu nạp bằng lệnh này không có người ký và không có lịch sử. "
        "Dùng trang «Nhập từ tệp», lệnh import_file hoặc load_programmes; khôi phục thì dùng bản sao lưu của cơ sở "
        "dữ liệu."
    )
