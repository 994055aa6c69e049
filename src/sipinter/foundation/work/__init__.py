"""Background work: the table of tasks of django-tasks-db with workers, leases, retries and periodic tasks.

`queue.py` puts a task into the caller's transaction, `worker.py` runs tasks, `claims.py` says who holds
which, `lease.py` ends a worker that cannot renew its lease. `periodic.py` is the table of periodic tasks,
`startable_jobs.py` the jobs that a person may start, `earlier_paths.py` the earlier paths of a task. Every
task may run twice: write it so that the second time changes nothing. docs/architecture.md has the rest.
"""
