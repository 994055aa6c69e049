"""Code of a stranger, as a flaw in a parser would let it run: it tries whatever it can reach.

    hostile.py server TARGETS [CHANGES]   a site with secrets that has a file read; prints what was reached
    hostile.py plain TARGETS FILE         the same code without the reader, to see that it does work
    hostile.py reader CHANGES FD          the reader, with this file's operations and CHANGES in what it finds

Each process of the first two is started with the secrets of the site in its environment.
"""

import ctypes
import fcntl
import importlib
import json
import mmap
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

READER = "sipinter.foundation.evidence.reader"
# Named in the finding or known from escapes; with every argument zero none of them does harm.
CALLS = """
    socket socketpair connect bind listen ptrace process_vm_readv process_vm_writev pidfd_open pidfd_getfd
    pidfd_send_signal kill tkill tgkill rt_sigqueueinfo execve execveat fork vfork clone clone3 unshare
    setns mount umount2 pivot_root chroot move_mount open_tree fsopen bpf keyctl add_key request_key
    perf_event_open io_uring_setup userfaultfd memfd_create name_to_handle_at open_by_handle_at openat2
    creat mkdirat unlinkat renameat2 linkat symlinkat mknodat truncate ftruncate fchmodat fchownat
    utimensat setxattr setuid setresuid capset prctl seccomp setrlimit setpriority setitimer timer_create
    personality init_module kexec_load reboot shmget shmat msgget semget mq_open inotify_init1
    fanotify_init quotactl swapon iopl vmsplice
"""
FLOOD = 65 * 1024 * 1024


def read_text_of(path: str) -> str:
    return Path(path).read_bytes().decode("latin-1")


def connect_tcp(port: int) -> str:
    with socket.create_connection(("127.0.0.1", port), 5) as peer:
        return peer.recv(100).decode()


def send_udp(port: int) -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        return str(sender.sendto(b"x", ("127.0.0.1", port)))


def connect_unix(address: str) -> str:
    with socket.socket(socket.AF_UNIX) as peer:
        peer.connect(address.replace("@", "\0"))
        return peer.recv(100).decode()


def signal_by_descriptor(process: int) -> str:
    """What is done with a descriptor lets the kernel send a signal to its owner."""
    descriptor = os.dup(0)
    fcntl.fcntl(descriptor, fcntl.F_SETOWN, process)
    return str(fcntl.fcntl(descriptor, fcntl.F_GETOWN))


def write_into(path: str) -> str:
    return str(Path(path).write_text("diubah"))


def write_over(path: str) -> str:
    with Path(path).open("r+b") as file:
        return str(file.write(b"D"))


def fork() -> str:
    if (process := os.fork()) == 0:
        os._exit(0)
    return str(os.waitpid(process, 0)[1])


def start_thread() -> str:
    thread = threading.Thread(target=time.time)
    thread.start()
    return str(thread.join())


def run_program(path: str) -> str:
    return subprocess.run([path, "jalan"], capture_output=True, text=True, check=True).stdout


def raise_limit() -> str:
    return str(resource.setrlimit(resource.RLIMIT_CORE, resource.getrlimit(resource.RLIMIT_CORE)))


def trace() -> str:
    return str(_called(ctypes.CDLL(None, use_errno=True).ptrace(0, 0, 0, 0)))


def read_memory() -> str:
    """This process's own by the call that reads another's: the same right, without Yama in the way."""
    libc = ctypes.CDLL(None, use_errno=True)
    source, target = ctypes.create_string_buffer(b"x"), ctypes.create_string_buffer(1)
    spans = [(ctypes.c_size_t * 2)(ctypes.addressof(one), 1) for one in (source, target)]
    return str(_called(libc.process_vm_readv(os.getpid(), spans[1], 1, spans[0], 1, 0)))


def share_memory() -> str:
    return str(_called(ctypes.CDLL(None, use_errno=True).shmget(0, mmap.PAGESIZE, 0o600)))


def _called(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), "")
    return result


def attempts(targets: dict[str, Any]) -> dict[str, Callable[[], str]]:
    """Everything that is tried, by name."""
    server, folder = targets["server"], targets["folder"]
    return {
        "environment of the server": lambda: read_text_of(f"/proc/{server}/environ"),
        "environment of the process above": lambda: read_text_of(f"/proc/{os.getppid()}/environ"),
        "memory map of the server": lambda: read_text_of(f"/proc/{server}/maps"),
        "own memory map": lambda: read_text_of("/proc/self/maps"),
        "descriptors of the server": lambda: str(list(Path(f"/proc/{server}/fd").iterdir())),
        "key file": lambda: read_text_of(f"{folder}/kunci.pem"),
        "database": lambda: read_text_of(f"{folder}/sipinter.sqlite3"),
        "another's evidence": lambda: read_text_of(f"{folder}/bukti.pdf"),
        "a path through the own file": lambda: read_text_of(f"/proc/self/root{folder}/kunci.pem"),
        "list of the folder": lambda: str(list(Path(folder).iterdir())),
        "list of the processes": lambda: str(list(Path("/proc").iterdir())),
        "accounts of the machine": lambda: read_text_of("/etc/passwd"),
        "network by TCP": lambda: connect_tcp(targets["tcp"]),
        "network by UDP": lambda: send_udp(targets["udp"]),
        "socket in the folder": lambda: connect_unix(f"{folder}/layanan"),
        "abstract socket": lambda: connect_unix(targets["abstract"]),
        "signal": lambda: str(os.kill(server, 0)),
        "signal by a descriptor": lambda: signal_by_descriptor(server),
        "new file": lambda: write_into(f"{folder}/baru"),
        "new file in /tmp": lambda: write_into(f"/tmp/{Path(folder).name}"),
        "writing over a file": lambda: write_over(f"{folder}/ditimpa"),
        "cutting a file": lambda: str(os.truncate(f"{folder}/dipotong", 0)),
        "renaming a file": lambda: str(Path(folder, "dipindah").rename(f"{folder}/pindah")),
        "removing a file": lambda: str(Path(folder, "dihapus").unlink()),
        "new folder": lambda: str(Path(folder, "map").mkdir()),
        "another program": lambda: run_program("/bin/echo"),
        "another process": fork,
        "another thread": start_thread,
        "another limit": raise_limit,
        "tracing": trace,
        "reading memory": read_memory,
        "shared memory": share_memory,
    }


def attack(path: str, targets: dict[str, Any]) -> dict[str, Any]:
    """`{"reached": {name: what came of it}, "refused": {name: the error}, "file": its text,
    "variables": names of its environment}`.
    """
    reached, refused = {}, {}
    for name, attempt in attempts(targets).items():
        try:
            reached[name] = attempt()
        except (OSError, RuntimeError, ValueError) as error:
            refused[name] = f"{type(error).__name__}: {error}"
    return {
        "reached": reached,
        "refused": refused,
        "file": read_text_of(path),
        "variables": list(os.environ),
    }


def try_calls(path: str) -> dict[str, int]:
    """errno of each of CALLS, made with zeros."""
    library, libc = ctypes.CDLL("libseccomp.so.2"), ctypes.CDLL(None, use_errno=True)
    found = {}
    for name in CALLS.split():
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:  # else this processor has none of that name
            libc.syscall(number, *[ctypes.c_long(0)] * 6)
            found[name] = ctypes.get_errno()
    return found


def stay(path: str) -> str:
    """Takes the alarm back and stays."""
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    time.sleep(60)
    return path


def flood(path: str) -> str:
    """Answers by itself, with more than any reading gives, over every descriptor."""
    answer = bytes(1) + FLOOD.to_bytes(8, "big") + bytes(FLOOD)
    for descriptor in range(3, 64):
        rest = memoryview(answer)
        try:
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        except OSError:
            continue
    return path


def serve(changes: list[str], channel: int) -> None:
    """The real reader on `channel`, which finds what `changes` says: abi=N, no_seccomp, no_namespaces."""
    kernel = importlib.import_module(f"{READER}.kernel")
    program = importlib.import_module(f"{READER}.__main__")

    def refuse(*_arguments: object) -> None:
        raise OSError

    for change in changes:
        if change.startswith("abi="):
            kernel.landlock_abi = partial(int, change.removeprefix("abi="))
        elif change == "no_seccomp":
            kernel.CallFilter.__init__ = refuse
        elif change == "no_namespaces":
            kernel.unshare = refuse
    sys.modules[f"{READER}.hostile"] = sys.modules[__name__]
    program.OPERATIONS |= {name: f"hostile:{name}" for name in ("attack", "try_calls", "stay", "flood")}
    program.serve_channel(socket.socket(fileno=channel))


def program(*changes: str) -> tuple[str, ...]:
    """What stands for `client.PROGRAM` so that the reader has the operations of this file."""
    return ("-I", "-B", __file__, "reader", ",".join(changes))


if __name__ == "__main__":
    role, told, *rest = sys.argv[1:]
    if role == "reader":
        serve([change for change in told.split(",") if change], int(rest[0]))
    elif role == "plain":
        print(json.dumps(attack(rest[0], json.loads(told))))
    else:
        targets = json.loads(told) | {"server": os.getpid()}
        file = Path(targets["folder"]) / "diserahkan"
        if rest:
            client = importlib.import_module(f"{READER}.client")
            client.PROGRAM = program(*rest[0].split(","))
            print(json.dumps(client.ask_reader_json("attack", file, targets=targets)))
        else:
            command = [sys.executable, "-I", "-B", __file__, "plain", json.dumps(targets), str(file)]
            print(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
