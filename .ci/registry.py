"""A package registry for .ci/release-check.sh: the files of a folder, with the two answers that npm and pip want.

registry.py FOLDER [CERTIFICATE KEY] prints its address and serves until it is ended. It listens on this machine alone.
"""

import base64
import hashlib
import http.server
import json
import pathlib
import ssl
import sys
import tarfile
import urllib.parse

FOLDER = pathlib.Path(sys.argv[1])


def packument(name, address):
    """What npm asks for first: every version of a package, with its manifest, address and sum."""
    versions = {}
    for file in sorted((FOLDER / "npm").glob("*.tgz")):
        with tarfile.open(file) as archive:
            manifest = json.load(archive.extractfile("package/package.json"))
        if manifest["name"] == name:
            digest = base64.b64encode(hashlib.sha512(file.read_bytes()).digest()).decode()
            manifest["dist"] = {"tarball": f"{address}/npm/{file.name}", "integrity": f"sha512-{digest}"}
            versions[manifest["version"]] = manifest
    return {"name": name, "versions": versions, "dist-tags": {"latest": max(versions)}} if versions else None


def simple_index():
    """What pip asks for: links to the wheels."""
    links = (f'<a href="../{file.name}">{file.name}</a>' for file in sorted((FOLDER / "pypi").glob("*.whl")))
    return "<!DOCTYPE html><html><body>" + "".join(links) + "</body></html>"


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves one request."""

    def do_GET(self):
        """Answers with a file, a packument or an index."""
        path = urllib.parse.unquote(self.path.split("?")[0]).strip("/")
        file = FOLDER / path
        if ".." not in path and file.is_file():
            self.answer(file.read_bytes(), "application/octet-stream")
        elif path.startswith("npm/") and (found := packument(path[4:], self.server.address)):
            self.answer(json.dumps(found).encode(), "application/json")
        elif path.startswith("pypi/"):
            self.answer(simple_index().encode(), "text/html")
        else:
            self.send_error(404)

    def do_HEAD(self):
        """Answers as GET, without the content."""
        self.do_GET()

    def answer(self, content, kind):
        """Sends the content, unless only its head was asked for."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_):
        """Keeps quiet."""


def main():
    """Serves until the process is ended."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    scheme, host = "http", "127.0.0.1"
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2], sys.argv[3])
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme, host = "https", "localhost"
    server.address = f"{scheme}://{host}:{server.server_address[1]}"
    print(server.address, flush=True)
    server.serve_forever()


main()
