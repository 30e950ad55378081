"""Start one command, wait for it, and write what the kernel counted.

`python -I -S bench/spawn.py RESULT COMMAND...` writes to RESULT: seconds, seconds of the processor,
`ru_maxrss` and the exit code. On Linux a child inherits the peak memory of the process that starts
it, until it needs more: this process is as small as one in Python can be, and imports nothing of
ours.
"""

import os
import sys
import time

if __name__ == "__main__":
    result, *command = sys.argv[1:]
    started = time.perf_counter()
    pid = os.posix_spawn(command[0], command, os.environ)
    _, status, usage = os.wait4(pid, 0)
    seconds = time.perf_counter() - started
    with open(result, "w", encoding="ascii") as file:
        processor = usage.ru_utime + usage.ru_stime
        file.write(
            f"{seconds!r} {processor!r} {usage.ru_maxrss} {os.waitstatus_to_exitcode(status)}"
        )
