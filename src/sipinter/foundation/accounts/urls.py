from django.urls import path

from .views import invitation, jobs, own, team

app_name = "accounts"
urlpatterns = [
    path("tim/", team.team, name="team"),
    path("tim/undang/", team.invite, name="invite"),
    path("tim/<int:pk>/", team.member, name="member"),
    path("tim/<int:pk>/akhiri/", team.end, name="end"),
    path("tim/<int:pk>/langkah-kedua/", team.lost_factor, name="lost_factor"),
    path("tim/<int:pk>/keluarkan/", team.sign_out_everywhere, name="sign_out_everywhere"),
    path("tim/undangan/<int:pk>/kirim-ulang/", team.resend, name="resend"),
    path("tim/undangan/<int:pk>/tarik/", team.revoke, name="revoke"),
    path("undangan/<str:token>/", invitation.accept, name="accept"),
    path("pemberitahuan/", own.notifications, name="notifications"),
    path("pemberitahuan/<int:pk>/", own.open_notification, name="open_notification"),
    path("pekerjaan/", jobs.jobs, name="jobs"),
    path("pekerjaan/mulai/<slug:name>/", jobs.begin, name="begin_job"),
    path("pekerjaan/<uuid:pk>/", jobs.job, name="job"),
    path("pekerjaan/<uuid:pk>/hasil.csv", jobs.report, name="job_report"),
    path("pekerjaan/<uuid:pk>/ulangi/", jobs.again, name="job_again"),
    path("akun/pemberitahuan/", own.preferences, name="preferences"),
    path("akun/nama/", own.profile, name="profile"),
    path("akun/sesi/", own.sessions, name="sessions"),
    path("akun/sesi/lainnya/", own.end_other_sessions, name="end_other_sessions"),
    path("akun/sesi/<int:pk>/", own.end_session, name="end_session"),
    path("akun/dua-langkah/", own.second_factor, name="second_factor"),
]
