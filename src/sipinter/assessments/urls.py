"""Addresses of the workspace and, from `urls_desk`, of the verification desk and the plenary."""

from django.urls import URLPattern, path

from .urls_desk import patterns as desk_patterns
from .views import (
    answering,
    calendar,
    examples,
    gates,
    history,
    home,
    library,
    presence,
    route,
    sending,
    tasks,
    teamwork,
    uploading,
    workbook,
    workspace,
)

app_name = "assessments"

workspace_patterns: list[URLPattern] = [
    path("beranda/", home.home, name="home"),
    path("penilaian/", workspace.current, name="current"),
    path("penilaian/<int:pk>/", workspace.workspace, name="workspace"),
    path("penilaian/<int:pk>/ringkasan/", sending.overview, name="overview"),
    path("penilaian/<int:pk>/ketentuan/", gates.gates, name="gates"),
    path("penilaian/<int:pk>/kelengkapan/", sending.check, name="check"),
    path("penilaian/<int:pk>/reviu/", sending.review, name="review"),
    path("penilaian/<int:pk>/riwayat/", history.history, name="history"),
    path("penilaian/<int:pk>/jalur/", route.route, name="route"),
    path("penilaian/<int:pk>/tugas-saya/", tasks.own_tasks, name="tasks"),
    path("penilaian/<int:pk>/pembagian/", teamwork.team_board, name="board"),
    path("penilaian/<int:pk>/pembagian/tugaskan/", teamwork.assign, name="assign"),
    path("penilaian/<int:pk>/pembagian/<int:assignment>/tarik/", teamwork.withdraw, name="withdraw"),
    path("penilaian/<int:pk>/pimpinan/", teamwork.secretary, name="summary"),
    path("penilaian/<int:pk>/mulai/", sending.start, name="start"),
    path("penilaian/<int:pk>/kirim/", sending.request_review, name="request_review"),
    path("penilaian/<int:pk>/kembalikan/", sending.return_to_team, name="return_to_team"),
    path("penilaian/<int:pk>/setujui/", sending.approve_review, name="approve_review"),
    path("penilaian/<int:pk>/ajukan/", sending.submit, name="submit"),
    path("penilaian/<int:pk>/perbaikan/", sending.answer_clarification, name="answer_clarification"),
    path("penilaian/<int:pk>/sanggah/", sending.object_to_decision, name="object"),
    path("penilaian/<int:pk>/buku-kerja/", workbook.workbook, name="workbook"),
    path("penilaian/<int:pk>/buku-kerja/unduh/", workbook.download, name="workbook_download"),
    path("penilaian/<int:pk>/buku-kerja/<int:upload>/", workbook.compare, name="workbook_compare"),
    path("penilaian/<int:pk>/buku-kerja/<int:upload>/tutup/", workbook.close, name="workbook_close"),
    path("penilaian/<int:pk>/<str:code>/", answering.answer, name="answer"),
    path("penilaian/<int:pk>/<str:code>/", answering.answer, name="workspace"),
    path("penilaian/<int:pk>/<str:code>/simpan/", answering.save, name="save"),
    path("penilaian/<int:pk>/<str:code>/hadir/", presence.here, name="here"),
    path("penilaian/<int:pk>/<str:code>/pustaka/", library.library, name="library"),
    path("penilaian/<int:pk>/<str:code>/komentar/", teamwork.comment, name="comment"),
    path("penilaian/<int:pk>/<str:code>/unggah/", uploading.create, name="upload_create"),
    path("contoh/", examples.own_examples, name="own_examples"),
    path("contoh/<int:example>/izin/", examples.consent, name="consent_example"),
    path("kalender/", calendar.calendar, name="calendar"),
    path("kalender/tutup/", calendar.close, name="calendar_close"),
    path("kalender/sipinter.ics", calendar.download, name="calendar_file"),
    path("kalender/langganan/<str:token>.ics", calendar.feed, name="calendar_feed"),
    path("unggah/<str:token>/", uploading.resource, name="upload"),
]
urlpatterns = workspace_patterns + desk_patterns
