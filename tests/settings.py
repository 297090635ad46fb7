"""The site's own settings, in a data folder that is made for one run and thrown away after it.

Of the environment only DATABASE_URL counts: what a developer has set otherwise changes no test.
"""

import atexit
import os
import shutil
import tempfile

for name in (
    "ALLOWED_HOSTS",
    "DEBUG",
    "EMAIL_URL",
    "EMBED_HOSTS",
    "LANGUAGE_CODE",
    "PAGE_LIFETIME",
    "SECRET_KEY",
    "SHORT_URL_BASE",
):
    os.environ.pop(name, None)
for name in ("ORIGINALS_BUCKET", "PICTURES_URL", "PRINTS_BUCKET"):
    os.environ.pop(name, None)
for name in ("SITE_NAME", "SITE_URL", "TELL_CHANGES", "TIME_ZONE", "TRUST_PROXY"):
    os.environ.pop(name, None)
os.environ["NEWSROOM_DATA"] = tempfile.mkdtemp(prefix="newsroom-test-")
atexit.register(shutil.rmtree, os.environ["NEWSROOM_DATA"], ignore_errors=True)

from newsroom.settings import *  # noqa: E402, F403

DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405  a server in a thread leaves no session behind
WHITENOISE_AUTOREFRESH = True  # every test's own client would else begin by listing all files
