"""The log of what is written, and its seals."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('smartcity', '0005_imported_file_undone'),
        ('programme', '0009_password_digest'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RecordShape',
            fields=[
                ('digest', models.CharField(max_length=32, primary_key=True, serialize=False, verbose_name='mã')),
                ('table', models.CharField(max_length=63, verbose_name='bảng')),
                ('columns', models.JSONField(verbose_name='các cột')),
                ('personal', models.JSONField(verbose_name='các cột riêng tư')),
            ],
            options={
                'verbose_name': 'dạng bản ghi',
                'verbose_name_plural': 'dạng bản ghi',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ColumnChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(max_length=63, verbose_name='bảng')),
                ('column', models.CharField(max_length=63, verbose_name='cột')),
                ('renamed_to', models.CharField(blank=True, max_length=63, verbose_name='tên mới')),
                ('upto', models.BigIntegerField(verbose_name='đến số nhật ký')),
            ],
            options={
                'verbose_name': 'cột đã đổi',
                'verbose_name_plural': 'cột đã đổi',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='DroppedValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('history_id', models.BigIntegerField(verbose_name='mã dòng lịch sử')),
                ('value', models.JSONField(null=True, verbose_name='giá trị')),
                ('change', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='values', to='smartcity.columnchange', verbose_name='cột')),
            ],
            options={
                'verbose_name': 'giá trị của cột đã bỏ',
                'verbose_name_plural': 'giá trị của cột đã bỏ',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('change', 'history_id'), name='dropped_value_is_kept_once')],
            },
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='số')),
                ('size', models.BigIntegerField(unique=True, verbose_name='số dòng đã niêm phong')),
                ('root', models.CharField(max_length=64, verbose_name='mã gốc')),
                ('frontier', models.TextField(verbose_name='biên của cây')),
                ('cluster', models.BigIntegerField(verbose_name='mã cụm máy chủ')),
                ('horizon', models.BigIntegerField(verbose_name='mọi giao dịch trước số này đã xong')),
                ('at', models.DateTimeField(verbose_name='lúc')),
            ],
            options={
                'verbose_name': 'khối niêm phong',
                'verbose_name_plural': 'khối niêm phong',
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('number__gt', 0), ('size__gt', 0)), name='seal_holds_something')],
            },
        ),
        migrations.CreateModel(
            name='SignedAct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.UUIDField(verbose_name='mã thao tác')),
                ('name', models.TextField(verbose_name='họ và tên khi ấy')),
                ('title', models.TextField(blank=True, verbose_name='chức vụ khi ấy')),
                ('role', models.TextField(verbose_name='vai trò khi ấy')),
                ('agency', models.TextField(blank=True, verbose_name='cơ quan khi ấy')),
                ('agency_key', models.BigIntegerField(null=True, verbose_name='mã cơ quan khi ấy')),
                ('at', models.DateTimeField(verbose_name='lúc')),
                ('reason', models.TextField(blank=True, verbose_name='lý do')),
                ('document_key', models.BigIntegerField(null=True, verbose_name='mã văn bản căn cứ')),
                ('source', models.CharField(choices=[('page', 'trang'), ('api', 'API'), ('import', 'nhập từ tệp'), ('command', 'lệnh trên máy chủ'), ('migration', 'nâng cấp dữ liệu'), ('reconstructed', 'dựng lại từ lịch sử có trước nhật ký'), ('unknown', 'không rõ')], default='unknown', max_length=20, verbose_name='nguồn')),
                ('place', models.TextField(blank=True, verbose_name='nơi thực hiện')),
                ('signer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người thực hiện')),
            ],
            options={
                'verbose_name': 'thao tác',
                'verbose_name_plural': 'thao tác',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('action', 'signer'), name='act_is_of_one_signer')],
            },
        ),
        migrations.CreateModel(
            name='LogEntry',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False, verbose_name='số')),
                ('table', models.CharField(max_length=63, verbose_name='bảng lịch sử')),
                ('history_id', models.BigIntegerField(verbose_name='mã dòng lịch sử')),
                ('record_id', models.BigIntegerField(verbose_name='mã bản ghi')),
                ('kind', models.CharField(max_length=1, verbose_name='loại thay đổi')),
                ('at', models.DateTimeField(verbose_name='lúc ghi vào nhật ký')),
                ('cluster', models.BigIntegerField(verbose_name='mã cụm máy chủ')),
                ('transaction', models.BigIntegerField(verbose_name='số giao dịch')),
                ('salt', models.CharField(max_length=32, verbose_name='muối')),
                ('order_is_reconstructed', models.BooleanField(default=False, verbose_name='thứ tự dựng lại')),
                ('act', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='smartcity.signedact', verbose_name='thao tác')),
                ('shape', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='smartcity.recordshape', verbose_name='dạng bản ghi')),
            ],
            options={
                'verbose_name': 'dòng nhật ký',
                'verbose_name_plural': 'dòng nhật ký',
                'default_permissions': (),
                'indexes': [models.Index(fields=['table', 'record_id', 'number'], name='log_of_a_record'), models.Index(fields=['cluster', 'transaction'], name='log_by_transaction')],
                'constraints': [models.UniqueConstraint(fields=('table', 'history_id'), name='row_is_logged_once')],
            },
        ),
        migrations.CreateModel(
            name='SealedEntry',
            fields=[
                ('position', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='vị trí')),
                ('leaf', models.CharField(max_length=64, verbose_name='mã lá')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='sealed', to='smartcity.logentry', verbose_name='dòng nhật ký')),
            ],
            options={
                'verbose_name': 'dòng đã niêm phong',
                'verbose_name_plural': 'dòng đã niêm phong',
                'default_permissions': (),
            },
        ),
    ]
