"""All settings, read from the environment. docs/settings.md lists them."""

from pathlib import Path

from csp.constants import NONE, SELF

from sipinter.foundation.web import logs

from . import caches, env, limits, oidc

PACKAGE = Path(__file__).resolve().parents[2]
DEMO = env.get_bool("SIPINTER_DEMO", False)
VAR = env.get_path("SIPINTER_VAR", Path.cwd() / "var")

# The demonstration runs on a loopback address with a key that guards nothing real.
SECRET_KEY = env.get_string("SIPINTER_SECRET_KEY", "demonstration-only-" + "0" * 40 if DEMO else None)
# Earlier keys: what they signed and encrypted is still read, nothing new is written with them.
SECRET_KEY_FALLBACKS = env.get_list("SIPINTER_SECRET_KEY_FALLBACKS")
# Seals the audit trail. The database must never hold it, nor whoever looks after the database.
# In a file the newest stands first; what earlier ones sealed is still known, nothing new is sealed with them.
AUDIT_KEY, *_earlier = env.get_secret_file("SIPINTER_AUDIT_KEY_FILE").split() or [
    env.get_string("SIPINTER_AUDIT_KEY", "demonstration-only-" + "1" * 40 if DEMO else None)
]
AUDIT_KEY_FALLBACKS = [*_earlier, *env.get_list("SIPINTER_AUDIT_KEY_FALLBACKS")]
DEBUG = False
BASE_URL = env.get_string("SIPINTER_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
HTTPS = BASE_URL.startswith("https://")
ALLOWED_HOSTS = env.get_list("SIPINTER_HOSTS", "127.0.0.1,localhost")
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "sipinter.foundation.web",
    "sipinter.foundation.documents",
    "sipinter.foundation.audit",
    "sipinter.foundation.work",
    "sipinter.foundation.agencies",
    "sipinter.foundation.accounts",
    "sipinter.foundation.evidence",
    "sipinter.assessment.record.recommendations",
    "sipinter.assessment.record",
    "sipinter.assessment.selfassessment",
    "sipinter.assessment.verification",
    "sipinter.assessment.decisions",
    "sipinter.guidance.practices",
    "sipinter.nation.results",
    "sipinter.nation.statistics",
    "sipinter.nation.register",
    "sipinter.site.home",
    "sipinter.site.operations",
    "sipinter.site.trail",
]

MIDDLEWARE = [
    "sipinter.foundation.web.middleware.RequestId",
    "sipinter.foundation.web.access_log.AccessLog",
    "sipinter.foundation.web.headers.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "sipinter.foundation.accounts.middleware.SessionClock",
    "django_htmx.middleware.HtmxMiddleware",
    "sipinter.foundation.accounts.middleware.ActorMiddleware",
    "sipinter.foundation.web.middleware.Refusals",
]

ROOT_URLCONF = "sipinter.site.config.urls"
WSGI_APPLICATION = "sipinter.site.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,  # each room keeps its pages in jinja2/
        "OPTIONS": {
            "environment": "sipinter.foundation.web.jinja.environment",
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "sipinter.foundation.web.context_processors.page_context",
            ],
        },
    },
    {  # allauth's e-mail texts are Django templates
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]

DATABASES = {
    "default": env.get_database(
        "SIPINTER_DATABASE_URL",
        sqlite=env.get_path("SIPINTER_SQLITE", VAR / "sipinter.sqlite3"),
        pool=env.get_int("SIPINTER_DATABASE_POOL", 4),
        seconds=env.get_int("SIPINTER_DATABASE_SECONDS", 30),
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
USE_I18N = True
# Before the texts that Django and the libraries bring along.
LOCALE_PATHS = [
    *(
        PACKAGE / room.replace(".", "/") / "locale"
        for app in INSTALLED_APPS
        for top, _, room in [app.partition(".")]
        if top == "sipinter"
    ),
    # What stands under the applications; not `cli`, whose texts no page shows.
    *(PACKAGE / room / "locale" for room in ("foundation/access", "merit", "rules")),
]
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"
FORMAT_MODULE_PATH = ["sipinter.foundation.web.formats"]

STATIC_URL = "static/"
STATIC_ROOT = env.get_path("SIPINTER_STATIC", PACKAGE.parent.parent / "staticfiles")
STORAGES = {
    "default": env.get_bucket_storage("SIPINTER_STORAGE_URL")
    or {
        "BACKEND": "sipinter.foundation.evidence.storage.local.LocalStorage",
        "OPTIONS": {
            "location": env.get_path("SIPINTER_FILES", VAR / "files"),
            "base_url": None,
            "file_permissions_mode": None,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 300

# --- people -------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "sipinter.foundation.accounts.hashers.Argon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "sipinter.foundation.accounts.passwords.SystemWordsValidator"},
    # Numbers alone are refused: a civil servant's number (NIP) is on every decree.
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "sipinter.foundation.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"reset_password": "sipinter.foundation.accounts.password_reset.ForgottenPasswordForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation link proves the address
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False
# Not by a mailed code: it proves no more than that somebody reads the mail.
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "mfa"]
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # the password again before the e-mail address changes
# How long a proof of identity serves for sensitive acts: deciding, publishing, inviting administrators.
ACCOUNT_REAUTHENTICATION_TIMEOUT = env.get_int("SIPINTER_CONFIRM_MINUTES", 10) * 60
ACCOUNT_EMAIL_NOTIFICATIONS = True  # tells the owner of a changed password or second factor
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to strangers whose address somebody typed
MFA_ADAPTER = "sipinter.foundation.accounts.adapter.SecondFactorAdapter"
MFA_TOTP_ISSUER = "SIPINTER"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Roles that may act only after signing in with a second factor.
MFA_REQUIRED_ROLES = env.get_list(
    "SIPINTER_MFA_ROLES", "" if DEMO else "verifier,coordinator,plenary,administrator,auditor"
)
# One sign-in service (OpenID Connect) besides the password, for people who were invited.
OIDC_ISSUER = env.get_issuer_url("SIPINTER_OIDC_ISSUER")
OIDC_CLIENT_ID = env.get_string("SIPINTER_OIDC_CLIENT_ID", None if OIDC_ISSUER else "")
OIDC_CLIENT_SECRET = env.get_string("SIPINTER_OIDC_CLIENT_SECRET", "")
OIDC_SECOND_FACTOR = {  # claims by which the service says that it asked for a second factor
    "amr": env.get_list("SIPINTER_OIDC_AMR"),
    "acr": env.get_list("SIPINTER_OIDC_ACR"),
}
SOCIALACCOUNT_ADAPTER = "sipinter.foundation.accounts.oidc.SignInServiceAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True  # afterwards by its subject, whatever the address
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = oidc.oidc_providers(
    OIDC_ISSUER,
    client_id=OIDC_CLIENT_ID,
    secret=OIDC_CLIENT_SECRET,
    name=env.get_string("SIPINTER_OIDC_NAME", "SSO"),
)
INVITATION_DAYS = env.get_int("SIPINTER_INVITATION_DAYS", 14)
# On each person's own clock: the hour from which digests and reminders go out; how many days before a due
# date one is reminded of what was assigned, and for how many days after it, daily.
MAIL_HOUR = env.get_hour("SIPINTER_MAIL_HOUR", 7)
REMIND_BEFORE = env.get_int_list("SIPINTER_REMIND_BEFORE", "7,2")
REMIND_AFTER = env.get_int("SIPINTER_REMIND_AFTER", 7)
# Shows the recommendations of a published result on the agency's public page.
PUBLIC_RECOMMENDATIONS = env.get_bool("SIPINTER_PUBLIC_RECOMMENDATIONS", DEMO)

# Counts of attempts and one-time codes already used. Several nodes must share it.
CACHES = {"default": caches.cache_settings(env.get_string("SIPINTER_CACHE_URL", ""), VAR / "cache")}
# How often one visitor may do what (site/config/limits.py); allauth counts the attempts at signing in.
LIMITS = limits.rate_limits(env.get_list("SIPINTER_LIMITS"))
ACCOUNT_RATE_LIMITS = {name: LIMITS[name] for name in limits.ACCOUNT}
MFA_RATE_LIMITS = {"webauthn_login": LIMITS["passkey"]}

# --- sessions, cookies, headers -----------------------------------------------------------------------
# Signed out after so many hours in any case, and after so many minutes without a request.
SESSION_COOKIE_AGE = SESSION_LONGEST = env.get_int("SIPINTER_SESSION_HOURS", 12) * 3600
SESSION_ENGINE = "sipinter.foundation.accounts.session_store"
SESSION_IDLE = env.get_int("SIPINTER_SESSION_IDLE_MINUTES", 60) * 60
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# Browsers keep a cookie of this name to this host, this path and https.
COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}bahasa"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^sehat/", r"^metrik/$"]  # asked by machines of the same network
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS and env.get_bool("SIPINTER_HSTS_PRELOAD", False)
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.get_bool("SIPINTER_BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # attempts are counted by the visitor's address, not the proxy's
CSRF_FAILURE_VIEW = "sipinter.foundation.web.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # The answer to the form that starts a sign-in elsewhere leads there.
        "form-action": [SELF, *oidc.issuer_origins(OIDC_ISSUER)],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# --- files --------------------------------------------------------------------------------------------
# Files being received before they go to an S3 server; a local folder of evidence has its own place.
INCOMING_FILES = VAR / "incoming"
# Room of each agency in MB, 0 for no limit; an administrator may give an agency its own.
EVIDENCE_QUOTA_MB = env.get_int("SIPINTER_QUOTA_MB", 5120)
# The virus scanner (clamd): path of its socket or host:port; empty: files are not scanned.
CLAMD = env.get_socket_address("SIPINTER_CLAMD")
EVIDENCE_MAX_BYTES = env.get_int("SIPINTER_EVIDENCE_MAX_MB", 25) * 1024 * 1024
# What reads the pages of scans (Tesseract): name or path of the program; empty: they are not read.
TESSERACT = env.get_string("SIPINTER_TESSERACT", "tesseract").strip()
OCR_SECONDS = env.get_int("SIPINTER_OCR_SECONDS", 30)
# For how many days after a refusal a document that was sent in may be replaced.
REPLACEMENT_DAYS = env.get_int("SIPINTER_REPLACEMENT_DAYS", 3)
# How long an upload that stopped may be gone on with.
UPLOAD_HOURS = env.get_int("SIPINTER_UPLOAD_HOURS", 48)
FILE_UPLOAD_HANDLERS = [
    # Stops what is over the limit from filling the disk.
    "sipinter.foundation.evidence.receiving.handler.CappedUploads",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

# --- e-mail -------------------------------------------------------------------------------------------
EMAIL_BACKEND = env.get_string("SIPINTER_EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = env.get_path("SIPINTER_EMAIL_FOLDER", VAR / "mail")
EMAIL_HOST = env.get_string("SIPINTER_EMAIL_HOST", "localhost")
EMAIL_TIMEOUT = 10
EMAIL_PORT = env.get_int("SIPINTER_EMAIL_PORT", 25)
EMAIL_HOST_USER = env.get_string("SIPINTER_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env.get_string("SIPINTER_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = env.get_bool("SIPINTER_EMAIL_TLS", False)
DEFAULT_FROM_EMAIL = env.get_string("SIPINTER_EMAIL_FROM", "sipinter@localhost")

# --- background work ----------------------------------------------------------------------------------
# The queue is a table of the database: a task is committed together with what caused it.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# Seconds after which what a silent worker holds is given to another.
WORK_LEASE = env.get_int("SIPINTER_WORK_LEASE", 60)
# Seconds before the second try; each further wait is four times longer, one hour at most.
WORK_BACKOFF = env.get_int("SIPINTER_WORK_BACKOFF", 5)
WORK_ATTEMPTS = env.get_int("SIPINTER_WORK_ATTEMPTS", 10)
WORK_POLL = 0.5

# How many days what people leave behind is kept (docs/privacy.md); 0: for good.
KEEP_DAYS = env.get_days(
    "SIPINTER_KEEP_DAYS",
    {
        "sessions": 30,
        "notifications": 365,
        "invitations": 365,
        "mails": 30,
        "tasks": 7,
        "failed_tasks": 365,
        "jobs": 180,
    },
)

# --- signing of decisions and certificates ------------------------------------------------------------
# A PKCS#12 file with key and certificate; without one the demonstration makes its own under VAR.
SIGNING_PKCS12 = env.get_string("SIPINTER_SIGNING_PKCS12", "")
SIGNING_PASSWORD = env.get_string("SIPINTER_SIGNING_PASSWORD", "")
SIGNING_SELF_MADE = DEMO
# A key on a token instead: path of the PKCS#11 module, label of the token and of the key, the certificate
# (PEM, those above it behind it); SIGNING_PASSWORD is the PIN.
SIGNING_PKCS11 = env.get_string("SIPINTER_SIGNING_PKCS11", "")
SIGNING_TOKEN = env.get_string("SIPINTER_SIGNING_TOKEN", "")
SIGNING_KEY = env.get_string("SIPINTER_SIGNING_KEY", "")
SIGNING_CERTIFICATE = env.get_string("SIPINTER_SIGNING_CERTIFICATE", "")
# A service that holds the key of the official who signs decisions, and its account of this installation;
# empty: decisions are signed by the key above, as checkpoints, backups and minutes always are.
SIGNING_REMOTE_URL = env.get_string("SIPINTER_SIGNING_REMOTE_URL", "")
SIGNING_REMOTE_USER = env.get_string("SIPINTER_SIGNING_REMOTE_USER", "")
SIGNING_REMOTE_PASSWORD = env.get_string("SIPINTER_SIGNING_REMOTE_PASSWORD", "")
# The socket of `sipinter sign serve`: the key is there and not here; empty: this process signs.
SIGNING_SOCKET = env.get_string("SIPINTER_SIGNING_SOCKET", "")
# What that process has signed and refused, a line of JSON each.
SIGNING_JOURNAL = env.get_path("SIPINTER_SIGNING_JOURNAL", VAR / "signing-journal.jsonl")
# Certificates that have signed here, kept so that older documents still verify after a renewal.
SIGNING_TRUSTED = env.get_path("SIPINTER_SIGNING_TRUSTED", VAR / "signing-certificates")
# The daily signed checkpoints of the audit trail, to be copied off the machine.
CHECKPOINTS = env.get_path("SIPINTER_CHECKPOINTS", VAR / "checkpoints")
# A key for each person whose name or address stands in the audit trail; erasing a person destroys it.
PERSON_KEYS = env.get_path("SIPINTER_PERSON_KEYS", VAR / "person-keys")
# Where each machine notes how far it has seen the chains of the audit trail grow.
AUDIT_HEADS = env.get_path("SIPINTER_AUDIT_HEADS", VAR / "audit-heads")
# Append-only places to which each of them is pushed.
CHECKPOINT_PLACES = env.get_checkpoint_places("SIPINTER_CHECKPOINT_PLACES")
# Nothing is published, and its papers are not signed, before a second person confirms it.
PUBLICATION_BY_TWO = env.get_bool("SIPINTER_PUBLICATION_BY_TWO", False)
# Address of a time-stamping authority (RFC 3161); empty: documents carry the server's time only.
SIGNING_TIMESTAMP_URL = env.get_string("SIPINTER_SIGNING_TIMESTAMP_URL", "")
# Its certificates (PEM), or those above it: no other's time stamp counts, and papers without one do not.
SIGNING_TIMESTAMP_AUTHORITY = env.get_string("SIPINTER_SIGNING_TIMESTAMP_AUTHORITY", "")
# From this day on: earlier papers of the register count without.
SIGNING_STAMPED_SINCE = env.get_date("SIPINTER_SIGNING_STAMPED_SINCE")
# Who signs, as letterhead and signature block print it.
ISSUER = {
    "name": env.get_string("SIPINTER_ISSUER_NAME", "Badan Pengawas Sistem Merit (Peragaan)"),
    "address": tuple(env.get_list("SIPINTER_ISSUER_ADDRESS", "Jalan Peragaan Nomor 1,Jakarta 10110")),
    "city": env.get_string("SIPINTER_ISSUER_CITY", "Jakarta"),
    "signer_name": env.get_string("SIPINTER_ISSUER_SIGNER", "Ketua Rapat Pleno"),
    "signer_title": env.get_string("SIPINTER_ISSUER_SIGNER_TITLE", "Pimpinan Badan Pengawas"),
}

# Public keys of age to which backups are encrypted; empty: they are not.
BACKUP_RECIPIENTS = env.get_list("SIPINTER_BACKUP_RECIPIENT")

# --- running ------------------------------------------------------------------------------------------
# How many machines serve the site: `sipinter check` says what they must share.
NODES = env.get_int("SIPINTER_NODES", 1)
# Who may read /metrik/ sends this as a bearer token; without one there is no such page.
METRICS_TOKEN = env.get_string("SIPINTER_METRICS_TOKEN", "")
LOGGING = logs.logging_config(
    env.get_choice("SIPINTER_LOG_FORMAT", "text", ("text", "json")),
    env.get_choice("SIPINTER_LOG_LEVEL", "WARNING", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")),
)
SILENCED_SYSTEM_CHECKS: list[str] = []
