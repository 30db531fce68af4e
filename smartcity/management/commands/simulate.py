from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate

from smartcity.lib.log.origin import SIMULATED, Source, came_by
from smartcity.simulation.scale import Scale
from smartcity.simulation.training.province import build_training_province
from smartcity.simulation.world import build_world

OPTIONS = {
    "programmes": "số đề án, mỗi đề án một tỉnh mô phỏng",
    "tasks": "số nhiệm vụ của mỗi đề án",
    "reports": "số báo cáo đã tiếp nhận của mỗi nhiệm vụ",
    "ledger": "số bút toán kinh phí của mỗi nhiệm vụ",
    "assignments": "số việc các cuộc họp phân công, tính chung cả nước",
    "begin": "năm bắt đầu",
    "years": "số năm, đều đã qua",
    "seed": "bộ số liệu: cùng số này và cùng quy mô thì ra cùng một nước",
}


class Command(BaseCommand):
    help = "Lập một nước mô phỏng với số liệu không có thật, để đo tốc độ, tập huấn. Không chạy cạnh đề án thật."

    def add_arguments(self, parser):
        for name, said in OPTIONS.items():
            default = getattr(Scale(), name)
            parser.add_argument(f"--{name}", type=int, default=default, help=f"{said} (mặc định {default})")
        parser.add_argument("--beside", action="store_true", help="vẫn lập khi cơ sở dữ liệu đang có đề án thật")
        said = "lập tỉnh mẫu để tập huấn: 3 đề án, mỗi đề án 12 nhiệm vụ, tính đến hôm nay; chạy được cạnh đề án thật"
        parser.add_argument("--training", action="store_true", help=said)

    def handle(self, *, beside, training, **options):
        with came_by(Source.COMMAND, SIMULATED):
            self._build(beside=beside, training=training, **options)

    def _build(self, *, beside, training, **options):
        if training:
            is_new = build_training_province(today=localdate())
            self._tell("Đã lập tỉnh mẫu để tập huấn." if is_new else "Tỉnh mẫu để tập huấn đã có, giữ nguyên.")
            return
        scale = Scale(**{name: options[name] for name in OPTIONS})
        try:
            built = build_world(scale, today=localdate(), beside=beside, tell=self._tell)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        kept = scale.programmes - built
        said = [f"Đã lập {built} đề án mô phỏng, bộ số {scale.seed}."] if built else []
        said += [f"{kept} đề án của bộ số {scale.seed} đã có, giữ nguyên."] if kept else []
        self._tell(" ".join(said))

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
