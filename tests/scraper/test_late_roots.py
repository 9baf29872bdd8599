"""Root certificates: not read by an import, there when a connection wants them."""

import subprocess
import sys

LATE = """
import ssl
from scraper import late_roots
from aiohttp.connector import _SSL_CONTEXT_VERIFIED as context
read = []
ssl.SSLContext.set_default_verify_paths = lambda self: read.append(self)
assert not read
context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="example.com")
assert read == [context], read
context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="example.com")
assert read == [context], read
"""


def test_the_roots_are_read_before_the_first_handshake_and_once() -> None:
    done = subprocess.run([sys.executable, "-c", LATE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_contexts_of_others_read_theirs_at_once() -> None:
    program = "import scraper.late_roots, ssl; print(ssl.create_default_context().cert_store_stats())"
    plain = "import ssl; print(ssl.create_default_context().cert_store_stats())"
    said = [
        subprocess.run([sys.executable, "-c", one], capture_output=True, text=True, check=True).stdout
        for one in (program, plain)
    ]
    assert said[0] == said[1]
