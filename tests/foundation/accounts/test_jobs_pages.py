"""The page of jobs: one's own, progress, the list at the end, what failed, trying again."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django_tasks_db.models import DBTaskResult

from sipinter.foundation.access.errors import Denied, NotNow
from sipinter.foundation.accounts.mail import Letter, send_letters_on_commit
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.agencies.register import CENTRAL
from sipinter.foundation.agencies.tasks import start_register_import
from sipinter.foundation.audit.models import Event, Refusal
from sipinter.foundation.work.models import Job, QueuedTask
from sipinter.foundation.work.queries import queue_length
from sipinter.foundation.work.services import retry_task
from sipinter.foundation.work.worker import drain_queue

from ...factories import actor, client_for, make_user

HEAD = "code,name,type,slug,aliases,time_zone\n"
GOOD = HEAD + "Z01,Badan Melati,lpnk,badan-melati,,WIB\n"
BAD = HEAD + "Z01,Badan Melati,entah,badan-melati,,WIB\n"


@pytest.fixture
def administrator(cast):
    return make_user("Wulan Pertiwi", ("administrator", cast.supervisor))


def upload(client, text):
    file = SimpleUploadedFile("daftar.csv", text.encode())
    return client.post("/pekerjaan/mulai/daftar-instansi/", {"file": file})["Location"]


def page(client, address, **headers):
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_an_import_is_followed_to_its_list(administrator):
    client = client_for(administrator)
    address = upload(client, GOOD)
    waiting = page(client, address, hx_request="true")
    assert "waiting" in waiting
    assert f'hx-get="{address}"' in waiting
    assert "<html" not in waiting
    assert not Agency.objects.filter(code="Z01").exists()
    drain_queue()
    assert Agency.objects.get(code="Z01").name == "Badan Melati"
    done = page(client, address)
    assert "finished" in done
    assert "hx-get" not in done.split('id="job"')[1].split(">")[0]
    lines = client.get(f"{address}hasil.csv").content.decode().splitlines()
    assert lines == ["Outcome,What,Detail", "done,Z01,baru"]
    assert Event.objects.get(action="register.imported").actor == administrator
    assert "Impor daftar instansi" in page(client, "/pekerjaan/")


def test_a_faulty_file_is_refused_with_every_fault_and_not_tried_again(administrator):
    client = client_for(administrator)
    address = upload(client, BAD)
    drain_queue()
    assert (queue_length().failed, queue_length().waiting) == (1, 0)
    lines = client.get(f"{address}hasil.csv").content.decode().splitlines()
    assert lines[1].startswith('refused,"baris 2, type"')
    assert "Tidak ada yang diimpor" in page(client, address)


def test_only_ones_own_jobs_and_the_administrators_view_of_all(cast, administrator):
    job = Job.objects.create(
        task=DBTaskResult.objects.create(task_path="x.y", args_kwargs={}, backend_name="default"),
        title="Milik Rina",
        by=cast.owner,
        by_name=cast.owner.name,
    )
    address = f"/pekerjaan/{job.pk}/"
    assert "Milik Rina" in page(client_for(cast.owner), "/pekerjaan/")
    assert "Milik Rina" in page(client_for(administrator), "/pekerjaan/")
    for other in (cast.team_mate, cast.outsider):
        assert "Milik Rina" not in page(client_for(other), "/pekerjaan/")
        for path in (address, f"{address}hasil.csv"):
            assert client_for(other).get(path).status_code == 404
        assert client_for(other).post(f"{address}ulangi/").status_code == 404
    assert client_for(None).get("/pekerjaan/").status_code == 302
    assert sum(row.count for row in Refusal.objects.filter(action="access.refused")) == 6


def test_what_failed_is_listed_for_the_administrator_and_tried_again(cast, administrator, settings):
    settings.WORK_ATTEMPTS = 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    send_letters_on_commit([Letter("putri@contoh.go.id", "Undangan", "Isi")])
    drain_queue()
    client = client_for(administrator)
    shown = page(client, "/pekerjaan/")
    assert "accounts.mail.send_letter" in shown
    assert "MailNotSent" in shown
    assert "putri@contoh.go.id" not in shown
    assert "send_letter" not in page(client_for(cast.owner), "/pekerjaan/")
    row = QueuedTask.objects.get()
    with pytest.raises(Denied):
        retry_task(row, actor=actor(cast.owner))
    assert client.post(f"/pekerjaan/{row.pk}/ulangi/").status_code == 302
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert drain_queue() == 1
    assert queue_length().failed == 0
    assert Event.objects.get(action="task.tried_again").actor == administrator
    with pytest.raises(NotNow):
        retry_task(row, actor=actor(administrator))


def test_others_start_nothing(cast):
    client = client_for(cast.owner)
    assert "Start a job" not in page(client, "/pekerjaan/")
    for name in ("daftar-instansi", "riwayat"):
        client.post(f"/pekerjaan/mulai/{name}/", {"file": SimpleUploadedFile("a.csv", b"x")})
    assert client.post("/pekerjaan/mulai/entah/").status_code == 404
    assert not DBTaskResult.objects.exists()
    with pytest.raises(Denied):
        start_register_import(actor(cast.owner), None)


def test_the_published_history_is_loaded_as_a_job(administrator):
    client = client_for(administrator)
    address = client.post("/pekerjaan/mulai/riwayat/")["Location"]
    drain_queue()
    assert queue_length().failed == 1  # the register is empty
    upload(client, CENTRAL.read_text(encoding="utf-8"))
    drain_queue()
    assert Agency.objects.count() > 50
    assert "Try again" in page(client, address)
