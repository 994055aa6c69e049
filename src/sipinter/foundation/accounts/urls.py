from django.urls import path

from .views import invitation, jobs, own, team

app_name = "accounts"
urlpatterns = [
    path("tim/", team.members_page, name="team"),
    path("tim/undang/", team.invite_page, name="invite"),
    path("tim/<int:pk>/", team.member_page, name="member"),
    path("tim/<int:pk>/akhiri/", team.end_membership_page, name="end"),
    path("tim/<int:pk>/langkah-kedua/", team.lost_factor_page, name="lost_factor"),
    path("tim/<int:pk>/keluarkan/", team.post_sign_out_everywhere, name="sign_out_everywhere"),
    path("tim/undangan/<int:pk>/kirim-ulang/", team.post_resend_invitation, name="resend"),
    path("tim/undangan/<int:pk>/tarik/", team.post_revoke_invitation, name="revoke"),
    path("tim/undangan/<int:pk>/konfirmasi/", team.confirm_invitation_page, name="confirm"),
    path("undangan/<str:token>/", invitation.invitation_page, name="accept"),
    path("pemberitahuan/", own.notifications_page, name="notifications"),
    path("pemberitahuan/<int:pk>/", own.post_open_notification, name="open_notification"),
    path("pekerjaan/", jobs.jobs_page, name="jobs"),
    path("pekerjaan/mulai/<slug:name>/", jobs.post_start_job, name="begin_job"),
    path("pekerjaan/<uuid:pk>/", jobs.job_page, name="job"),
    path("pekerjaan/<uuid:pk>/hasil.csv", jobs.download_job_report, name="job_report"),
    path("pekerjaan/<uuid:pk>/ulangi/", jobs.post_retry_task, name="job_again"),
    path("akun/pemberitahuan/", own.preferences_page, name="preferences"),
    path("akun/nama/", own.profile_page, name="profile"),
    path("akun/sesi/", own.sessions_page, name="sessions"),
    path("akun/sesi/lainnya/", own.post_end_other_sessions, name="end_other_sessions"),
    path("akun/sesi/<int:pk>/", own.post_end_session, name="end_session"),
    path("akun/dua-langkah/", own.second_factor_help_page, name="second_factor"),
    path("akun/dua-langkah/kode/", own.post_enrolment_code, name="enrolment_code"),
    path("akun/dua-langkah/minta/", own.post_ask_for_enrolment, name="ask_for_enrolment"),
]
