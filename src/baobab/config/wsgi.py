"""The WSGI application that the server loads."""

import os

from django.core.wsgi import get_wsgi_application

from .processes import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "baobab.config.settings")
if "BAOBAB_WEB_PARENT" in os.environ:
    # Without this a killed server leaves processes behind that keep the port.
    die_with_parent(parent=int(os.environ["BAOBAB_WEB_PARENT"]))
application = get_wsgi_application()
