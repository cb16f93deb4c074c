"""OpenStack Swift with its S3 interface, all of it in one folder: proxy, account, container, object
server and the memcached that they need.

Run by the system's Python, for which Debian's python3-swift is made: cluster.py FOLDER PORT. The
proxy listens at PORT, the others at the four that follow. Serves until standard input ends.
"""

import os
import pwd
import subprocess
import sys
from pathlib import Path

SERVERS = ("proxy", "account", "container", "object")
ACCESS_KEY, SECRET, REGION = "music:reader", "example-secret-of-the-reader", "us-west-2"

COMMON = """\
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
workers = 0
user = {user}
log_level = WARNING
"""
SWIFT = """\
[swift-hash]
swift_hash_path_suffix = tests
[storage-policy:0]
name = only
default = yes
"""
STORAGE = """
[pipeline:main]
pipeline = {name}-server
[app:{name}-server]
use = egg:swift#{name}
"""
PROXY = """
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck listing_formats cache s3api tempauth bulk slo dlo
    proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:s3api]
use = egg:swift#s3api
location = {region}
[filter:tempauth]
use = egg:swift#tempauth
user_{account}_{user} = {secret} .admin
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:{cache_port}
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
"""
# Swift looks for its hash in /etc/swift and nowhere else, unless it is told before it is loaded.
RUN = """\
import sys
import swift.common.utils
swift.common.utils.SWIFT_CONF_FILE = sys.argv[1]
from swift.common.wsgi import run_wsgi
sys.exit(run_wsgi(sys.argv[2], sys.argv[3], verbose=True))
"""


def write_configuration(folder: Path, port: int) -> None:
    (folder / "devices/disk").mkdir(parents=True)
    (folder / "swift.conf").write_text(SWIFT)
    user = pwd.getpwuid(os.getuid()).pw_name
    account, _, name = ACCESS_KEY.partition(":")
    for offset, server in enumerate(SERVERS):
        text = COMMON.format(port=port + offset, folder=folder, user=user)
        if server == "proxy":
            text += PROXY.format(
                region=REGION,
                account=account,
                user=name,
                secret=SECRET,
                cache_port=port + len(SERVERS),
            )
        else:
            text += STORAGE.format(name=server)
        (folder / f"{server}.conf").write_text(text)


def write_rings(folder: Path, port: int) -> None:
    """One device for everything."""
    import swift.common.utils

    swift.common.utils.SWIFT_CONF_FILE = str(folder / "swift.conf")
    from swift.common.ring import RingBuilder

    for offset, server in enumerate(SERVERS[1:], 1):
        builder = RingBuilder(4, 1, 1)
        place = {"ip": "127.0.0.1", "port": port + offset}
        builder.add_dev(
            {
                "region": 1,
                "zone": 1,
                "device": "disk",
                "weight": 1,
                **place,
                **{f"replication_{name}": value for name, value in place.items()},
            }
        )
        builder.rebalance()
        builder.get_ring().save(str(folder / f"{server}.ring.gz"))


def commands(folder: Path, port: int) -> list[list[object]]:
    user = pwd.getpwuid(os.getuid()).pw_name
    cache_port = port + len(SERVERS)
    found = [["memcached", "-l", "127.0.0.1", "-p", str(cache_port), "-u", user]]
    for server in SERVERS:
        configuration = [folder / "swift.conf", folder / f"{server}.conf"]
        found.append([sys.executable, "-c", RUN, *configuration, f"{server}-server"])
    return found


def main() -> None:
    folder, port = Path(sys.argv[1]).absolute(), int(sys.argv[2])
    write_configuration(folder, port)
    write_rings(folder, port)
    with (folder / "log").open("wb") as log:
        processes = [
            subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            for command in commands(folder, port)
        ]
        sys.stdin.read()
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


if __name__ == "__main__":
    main()
