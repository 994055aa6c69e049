"""The kernel's means of giving rights up: prctl, capabilities, namespaces, Landlock, seccomp.

Each function is one call with its constants; `sandbox.py` says what is given up. Landlock is three system
calls, for which the packages of PyPI are preview releases. Seccomp goes through libseccomp, which knows the
numbers of system calls on every processor and is on every Debian (apt needs it); its Python binding would
have to be compiled.
"""

import ctypes
import errno
import os
from collections.abc import Iterable
from dataclasses import dataclass

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_libc.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWNET = 0x04000000, 0x08000000, 0x10000000, 0x40000000

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every processor
_ASK_ABI = 1
_PATH_BENEATH = 1
EXECUTE, READ_FILE, READ_DIR = 1 << 0, 1 << 2, 1 << 3
_FILES = 13  # rights of files that ABI 1 knows, one bit each
_FILES_SINCE = {2: 13, 3: 14, 5: 15}  # ABI -> bit: moving between folders, cutting short, ioctl of devices
_NET_SINCE, _NET = 4, 0b11  # binding and connecting TCP
_SCOPE_SINCE, _SCOPE = 6, 0b11  # abstract UNIX sockets and signals outside


class _RulesetAttr(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scope", ctypes.c_uint64)]


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32)]


def _check(result: int) -> int:
    """`result`, or OSError where it says that the call failed."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def set_process_option(option: int, value: int) -> None:
    """prctl(2) of one value."""
    _check(_libc.prctl(option, value, 0, 0, 0))


def unshare(flags: int) -> None:
    """unshare(2); OSError where the kernel or a container does not allow it."""
    _check(_libc.unshare(flags))


def drop_capabilities() -> None:
    """Give up every capability, for a server that root started."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3, this process
    _check(_libc.capset(header, (ctypes.c_uint32 * 6)()))


def landlock_abi() -> int:
    """Version of Landlock in the running kernel; 0 where there is none or it is switched off."""
    return max(0, int(_libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_ABI)))


def restrict_files(abi: int, rights: Iterable[tuple[int, int]]) -> None:
    """Deny, from now on and for good, everything Landlock `abi` can but `rights`: (descriptor, rights) each.

    A right that a rule does not name is denied even for the owner: writing, making, removing, moving; TCP
    from ABI 4; signals and abstract sockets to processes outside from ABI 6.
    """
    files = (1 << _FILES) - 1
    for since, bit in _FILES_SINCE.items():
        files |= (1 << bit) if abi >= since else 0
    ruleset = _RulesetAttr(files, _NET if abi >= _NET_SINCE else 0, _SCOPE if abi >= _SCOPE_SINCE else 0)
    # An older kernel takes the longer structure as long as what it does not know is zero.
    made = _check(_libc.syscall(_CREATE_RULESET, ctypes.byref(ruleset), ctypes.c_size_t(24), 0))
    for descriptor, allowed in rights:
        rule = _PathBeneath(allowed, descriptor)
        _check(_libc.syscall(_ADD_RULE, made, _PATH_BENEATH, ctypes.byref(rule), 0))
    _check(_libc.syscall(_RESTRICT_SELF, made, 0))
    os.close(made)


@dataclass(frozen=True)
class CallRule:
    """A system call that is allowed; with a mask only where that argument's masked bits are `value`."""

    name: str
    argument: int = 0
    mask: int = 0
    value: int = 0


class _Comparison(ctypes.Structure):
    _fields_ = [
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("mask", ctypes.c_uint64),
        ("value", ctypes.c_uint64),
    ]


class CallFilter:
    """A seccomp filter, built once, loaded by the processes that keep it. OSError without libseccomp.

    What is not allowed gives ENOSYS, at which the C library takes an older call; a call by the numbers of
    another processor ends the process.
    """

    _ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
    _MASKED_EQUAL = 7

    def __init__(self, rules: Iterable[CallRule]) -> None:
        self._library = library = ctypes.CDLL("libseccomp.so.2")
        library.seccomp_init.restype = ctypes.c_void_p
        library.seccomp_load.argtypes = [ctypes.c_void_p]
        library.seccomp_rule_add_array.argtypes = [
            ctypes.c_void_p,
            ctypes.c_uint32,
            ctypes.c_int,
            ctypes.c_uint,
            ctypes.POINTER(_Comparison),
        ]
        self._filter = library.seccomp_init(ctypes.c_uint32(self._ERRNO | errno.ENOSYS))
        for rule in rules:
            self._allow(rule)

    def _allow(self, rule: CallRule) -> None:
        number = self._library.seccomp_syscall_resolve_name(rule.name.encode())
        if number == -1:  # newer than the library: stays denied
            return
        comparison = _Comparison(rule.argument, self._MASKED_EQUAL, rule.mask, rule.value)
        count = 1 if rule.mask else 0
        failed = self._library.seccomp_rule_add_array(
            self._filter, self._ALLOW, number, count, ctypes.byref(comparison) if count else None
        )
        if failed:
            raise OSError(-failed, os.strerror(-failed))

    def load(self) -> None:
        """Filter this process's calls from now on and for good."""
        if failed := self._library.seccomp_load(self._filter):
            raise OSError(-failed, os.strerror(-failed))
