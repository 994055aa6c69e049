"""What is counted, for Prometheus. Every label has few values, none of them about a person."""

from prometheus_client import Counter, Histogram

METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS", "PUT"})
# Statuses by which a refusal reaches the reader.
REFUSED = {403: "denied", 409: "conflict", 413: "too_large", 422: "invalid", 429: "too_many"}
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

REQUESTS = Counter("sipinter_requests", "Requests answered", ["view", "method", "status"])
SECONDS = Histogram("sipinter_request_seconds", "Time to the answer's first byte", ["view"], buckets=BUCKETS)
REFUSALS = Counter("sipinter_refusals", "Answers that refused something", ["kind"])
CHANGES = Counter("sipinter_changes", "Changes on record, by the audit trail's verb", ["action"])
UPLOADED = Counter("sipinter_uploaded_bytes", "Bytes of evidence taken in")
SIGN_IN_FAILURES = Counter("sipinter_sign_in_failures", "Sign-ins with a wrong password or code")
DATABASE_ERRORS = Counter("sipinter_database_errors", "Requests that ended by an error of the database")
