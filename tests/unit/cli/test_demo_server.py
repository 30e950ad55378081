"""Waiting for the demo's server: what else may happen at its port."""

import socket
import subprocess
import sys
import threading

from gitconfig_tool.cli.demo_server import wait_until_ready


def test_another_program_at_the_port_is_no_bug() -> None:
    """It answers what is no HTTP, and the server, which finds its port taken, ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(4096)
                    connection.sendall(b"220 mail.invalid\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        command = [sys.executable, "-c", "import sys; sys.stdin.read()"]
        with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
            assert process.stdin is not None
            end = threading.Timer(0.3, process.stdin.close)
            end.start()
            ready = wait_until_ready(process, listener.getsockname()[1])
            end.join()
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()

    assert not ready
