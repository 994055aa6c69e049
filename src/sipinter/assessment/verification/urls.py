"""Addresses of the verification desk."""

from django.urls import path

from .views import desk, desk_days, overview, quick_assessments, second_readings

app_name = "verification"
urlpatterns = [
    path("desk/", desk.desk_queue, name="queue"),
    path("desk/bacaan-kedua/", second_readings.second_readings, name="second_readings"),
    path("desk/bacaan-kedua/<int:pk>/", second_readings.second_reading, name="second_reading"),
    path("desk/kesepakatan/", second_readings.agreement, name="agreement"),
    path("desk/alasan/", second_readings.kept_reasons, name="kept_reasons"),
    path("desk/alasan/<int:reason>/hapus/", second_readings.drop_reason, name="drop_reason"),
    path("desk/hari/", desk_days.desk_days, name="desk_days"),
    path("desk/hari/<int:day>/", desk_days.desk_day, name="desk_day"),
    path("desk/hari/<int:day>/agenda.pdf", desk_days.desk_day_agenda, name="desk_day_agenda"),
    path("desk/hari/<int:day>/jadwal/<int:slot>/hapus/", desk_days.remove_slot, name="remove_slot"),
    path("kilat/", quick_assessments.quick_list, name="quick_list"),
    path("kilat/baru/", quick_assessments.quick_new, name="quick_new"),
    path("kilat/<int:quick>/", quick_assessments.quick, name="quick"),
    path("kilat/<int:quick>/laporan.pdf", quick_assessments.quick_pdf, name="quick_pdf"),
    path("kilat/<int:quick>/selesai/", quick_assessments.quick_finish, name="quick_finish"),
    path("kilat/<int:quick>/<str:code>/", quick_assessments.quick_level, name="quick_level"),
    path("desk/<int:pk>/", overview.desk_overview, name="overview"),
    path("desk/<int:pk>/langkah/<slug:action>/", overview.desk_step, name="step"),
    path("desk/<int:pk>/serah-terima/", second_readings.hand_over, name="hand_over"),
    path("desk/<int:pk>/bacaan-kedua/", second_readings.assign_readings, name="assign_readings"),
    path("desk/<int:pk>/survei/", overview.desk_survey, name="survey"),
    path("desk/<int:pk>/<str:code>/", desk.desk_indicator, name="indicator"),
    path("desk/<int:pk>/<str:code>/percakapan/", desk.desk_discuss, name="discuss"),
    path("desk/<int:pk>/<str:code>/alasan/", second_readings.keep_reason, name="keep_reason"),
]
