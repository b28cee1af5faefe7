from django.urls import path

from config.mailbox import views

app_name = "mailbox"
urlpatterns = [path("", views.demo_mailbox, name="demo-mailbox")]
