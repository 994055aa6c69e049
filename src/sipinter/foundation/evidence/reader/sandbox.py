"""What the reader's processes give up before a stranger's first byte is read.

Each part stands by itself, needs no privilege and cannot be taken back:

- **isolate_process**, once in the process that serves: no new privileges, no capabilities, memory that
  others cannot read, and where the kernel allows it a network, users and shared memory of its own.
- **limit_resources**, for each file: processor time, memory, open files, nothing written.
- **Landlock**, for each file: it opens this file, libraries and fonts for reading, nothing else. No `/proc`,
  no key, no database.
- **seccomp**, for each file: the calls of a list. No socket, no signal, no program, no process, no tracing.

A part that the running kernel lacks is left out, so that files are read there too; `find_missing_parts` says
which, by trying, and `sipinter check --deploy` refuses a site without.
"""

import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path

from . import kernel
from .kernel import EXECUTE, READ_DIR, READ_FILE, CallFilter, CallRule

PARTS = ("landlock", "seccomp", "namespaces")
BY_THE_CLOCK = 10  # times its processor time that a reading may take where others work
OPEN_FILES = 64
BEHIND = 5  # steps of priority behind a page; whoever asks may stand there already

_PACKAGES = ("site-packages", "dist-packages")
_FONTS = ("/usr/share/fonts", "/usr/share/X11/fonts", "/usr/local/share/fonts")
_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache")
_RANDOM = ("/dev/urandom",)  # qpdf opens it for a PDF with an empty password
_LOADERS = ("/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1")
_OCR_DATA = ("share/tesseract-ocr", "share/tessdata")

# Reading what is open, memory, waiting, time, own numbers, ending.
_PLAIN = """
    read readv pread64 preadv preadv2 write writev close close_range lseek _llseek fstat fstat64 newfstatat
    fstatat64 stat stat64 lstat lstat64 statx fstatfs statfs access faccessat faccessat2 readlink readlinkat
    getdents getdents64 getcwd dup dup2 dup3 pipe2 shutdown fadvise64
    mmap mmap2 munmap mprotect mremap madvise brk futex membarrier set_robust_list get_robust_list rseq
    set_tid_address arch_prctl rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack restart_syscall
    clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time times getrandom
    poll ppoll select pselect6 epoll_create1 epoll_ctl epoll_wait epoll_pwait wait4 waitid
    getpid getppid gettid getuid geteuid getgid getegid getresuid getresgid getgroups getrusage getrlimit
    getpriority sched_getaffinity sched_yield getcpu sysinfo uname exit exit_group
"""
# A program and its threads are started by these. Landlock names the one file that it may be.
_STARTING = "execve clone fork vfork sched_setaffinity"
_INTEGER, _POINTER = (1 << 32) - 1, (1 << 64) - 1  # how much of an argument the kernel looks at
_WRITING = os.O_ACCMODE | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# F_SETOWN and the like are not among them: by those a descriptor sends signals to any process of the user.
_FCNTL = (0, 1, 2, 3, 4, 1030)  # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC
_IOCTL = (0x5401, 0x5451)  # TCGETS (is it a terminal?), FIOCLEX


def forbid_dumps() -> None:
    """Keep this process's memory and environment from others of the same user, and out of core files."""
    kernel.set_process_option(kernel.PR_SET_DUMPABLE, 0)


def isolate_process() -> None:
    """What a process gives up for itself and all that it starts."""
    kernel.set_process_option(kernel.PR_SET_NO_NEW_PRIVS, 1)
    forbid_dumps()
    own = kernel.CLONE_NEWNET | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS
    for flags in (own | kernel.CLONE_NEWUSER, own):  # root in a container may have only the second
        try:
            kernel.unshare(flags)
        except OSError:
            continue
        break
    kernel.drop_capabilities()


def limit_resources(seconds: int, memory: int) -> None:
    """Bound this process: time, address space, no files written, no core dump, low priority."""
    for limit, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    signal.alarm(seconds * BY_THE_CLOCK)
    os.nice(max(0, BEHIND - os.nice(0)))


class Sandbox:
    """Landlock and seccomp, made ready once; each process that is forked then confines itself."""

    def __init__(self) -> None:
        self._abi = kernel.landlock_abi()
        self._read = (*_python(), *_LIBRARIES, *_FONTS, *_RANDOM)
        self._parser = _call_filter(_PLAIN)
        self._program = _call_filter(_PLAIN + _STARTING)

    def confine_parser(self, file: int) -> None:
        """Leave this process nothing but the open file `file`, libraries and fonts."""
        end_with_parent()
        self._restrict_files([(file, READ_FILE)], _beneath(READ_FILE | READ_DIR, self._read))
        if self._parser:
            self._parser.load()

    def confine_program(self, program: str) -> None:
        """Leave this process the one program `program`, its libraries and the data of Tesseract."""
        end_with_parent()
        prefix = Path(program).resolve().parent.parent
        data = [str(top / folder) for top in (prefix, Path("/usr")) for folder in _OCR_DATA]
        self._restrict_files(
            _beneath(READ_FILE | READ_DIR, _LIBRARIES, [str(prefix / "lib")], data),
            _beneath(READ_FILE | EXECUTE, [program], _LOADERS),
        )
        if self._program:
            self._program.load()

    def _restrict_files(self, *rights: Iterable[tuple[int, int]]) -> None:
        if self._abi:
            kernel.restrict_files(self._abi, chain(*rights))


def end_with_parent() -> None:
    """End this process by force when the one that started it ends."""
    kernel.set_process_option(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)


def find_missing_parts(path: str, network: str) -> list[str]:
    """Names of the PARTS that do not hold in this process, by trying what each of them forbids.

    `network` is the network of whoever asks, as its /proc/self/ns/net names it.
    """
    reached = {
        "landlock": lambda: next(Path("/").iterdir()),
        "seccomp": lambda: socket.socket(socket.AF_UNIX).close(),
        "namespaces": lambda: _require_same(network, str(Path("/proc/self/ns/net").readlink())),
    }
    return [part for part in PARTS if _succeeds(reached[part])]


def _require_same(one: str, other: str) -> None:
    if one != other:
        raise OSError


def _succeeds(act: Callable[[], object]) -> bool:
    try:
        act()
    except OSError:
        return False
    return True


def _call_filter(names: str) -> CallFilter | None:
    """The filter that lets the named calls and those for reading through; None without libseccomp."""
    rules = (
        *(CallRule(name) for name in names.split()),
        CallRule("open", argument=1, mask=_WRITING),
        CallRule("openat", argument=2, mask=_WRITING),
        CallRule("sendto", argument=4, mask=_POINTER),  # only over a socket that is connected
        CallRule("prlimit64", argument=2, mask=_POINTER),  # asks for a limit, sets none
        *(CallRule("fcntl", argument=1, mask=_INTEGER, value=value) for value in _FCNTL),
        *(CallRule("ioctl", argument=1, mask=_INTEGER, value=value) for value in _IOCTL),
    )
    try:
        return CallFilter(rules)
    except OSError:
        return None


def _python() -> Iterator[str]:
    """Folders of the standard library, of installed packages and of the reader: not what lies beside it."""
    yield str(Path(os.__file__).parent)
    yield from (place for place in sys.path if Path(place).name in ("lib-dynload", *_PACKAGES))
    yield str(Path(__file__).parent)


def _beneath(rights: int, *places: Iterable[str]) -> Iterator[tuple[int, int]]:
    """A descriptor with its rights for each of the places that exists, open until the next is asked for."""
    for place in chain(*places):
        try:
            descriptor = os.open(place, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            yield descriptor, rights if Path(place).is_dir() else rights & ~READ_DIR
        finally:
            os.close(descriptor)
