#!/usr/bin/env bash
# ser2net takes a second connection to a busy port, and says that it is busy in the words of the device.
#
# Expected: the connection is refused, or reset, or there is at least something to tell a message of the server from what
#   the module says; with telnet or RFC 2217 in front there even is a channel for it.
# Happens: the connection is established. Then come the bytes of an English sentence and CR LF, as data, and an orderly
#   end, so that "connected, one line, closed" is all that a program sees, as if the device had said it. There are two
#   sentences: one where the same port is in use, another where the same device is in use through another port. A device
#   that does not exist is no different: the server starts and listens, and says so to whoever connects. With
#   telnet(rfc2217) the sentence stands behind the server's negotiation, unmarked as well. Whoever retries a closed
#   connection at once knocks each second for as long as somebody else works.
# Package: ser2net 4.3.11-1 of Debian 12 (with libgensio4 2.6.2-4).
# Seen on 2026-11-27:
#   second client, same port         Port already in use CR LF, end
#   same device, another port        Port's device already in use CR LF, end
#   the same, telnet(rfc2217)        IAC WILL 3 ... IAC DO 44 Port's device already in use CR LF, end
#   device that does not exist       Device open failure: Value or file not found CR LF, end
#
# Needs apt, dpkg and python3. Loopback; the device is a pseudo terminal (ser2net takes no lock file for those).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Into this folder, with package lists of its own where the machine has none.
download() {
  local own=(-o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache")
  if ! apt-get -qq -o APT::Sandbox::User=root download "$@" 2>/dev/null; then
    mkdir -p lists/partial cache/archives/partial
    apt-get -qq -o APT::Sandbox::User=root "${own[@]}" update
    apt-get -qq -o APT::Sandbox::User=root "${own[@]}" download "$@"
  fi
  for package in ./*.deb; do dpkg-deb -x "$package" root; done
}
download ser2net=4.3.11-1 libgensio4=2.6.2-4 libyaml-0-2 libavahi-client3 libavahi-common3 libsctp1 libwrap0 \
  libdbus-1-3 libnsl2 libtirpc3

cat >clients.py <<'END'
import os, pty, socket, subprocess, sys, time

program = os.path.join(os.getcwd(), 'root/usr/sbin/ser2net')
libraries = ':'.join(os.path.join(os.getcwd(), 'root', path) for path in
                     ['usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu'])
# What the library loads by itself: the accepters and connectors that the file names.
parts = os.path.join(os.getcwd(), 'root/usr/libexec/x86_64-linux-gnu/gensio/2.6.2')
far, near = pty.openpty()
device = os.ttyname(near)


def free_port():
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        return taken.getsockname()[1]


raw, other, rfc2217, missing = ports = [free_port() for _ in range(4)]
accepters = [f'tcp,127.0.0.1,{raw}', f'tcp,127.0.0.1,{other}', f'telnet(rfc2217),tcp,127.0.0.1,{rfc2217}',
             f'tcp,127.0.0.1,{missing}']
devices = [device, device, device, os.path.join(os.getcwd(), 'ttyMissing')]
with open('ser2net.yaml', 'w') as file:
    for number, (accepter, path) in enumerate(zip(accepters, devices)):
        file.write(f'connection: &port{number}\n  accepter: {accepter}\n'
                   f'  connector: serialdev,{path},115200n81,local\n')
environment = {**os.environ, 'LD_LIBRARY_PATH': f'{libraries}:{parts}', 'GENSIO_LIBRARY_PATH': parts}
server = subprocess.Popen([program, '-n', '-c', 'ser2net.yaml', '-P', os.path.join(os.getcwd(), 'pid')],
                          env=environment, stderr=subprocess.DEVNULL)


def connect(port):
    deadline = time.monotonic() + 10
    while True:
        try:
            return socket.create_connection(('127.0.0.1', port), timeout=10)
        except ConnectionRefusedError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def all_of(port):
    """What comes until the server ends the connection; an error where it does not."""
    text = b''
    with connect(port) as client:
        while piece := client.recv(4096):
            text += piece
    return text


try:
    # Once the holder's bytes have come out at the device the server has surely opened it.
    holder = connect(raw)
    holder.sendall(b'AT')
    said = b''
    while b'AT' not in said:
        said += os.read(far, 4096)
    print('same port', all_of(raw))
    print('same device', all_of(other))
    text = all_of(rfc2217)
    print('same device, rfc2217', text[:3], text[-33:])
    print('no such device', all_of(missing))
    holder.close()
finally:
    server.kill()
    server.wait(10)
END

seen=$(timeout 60 python3 clients.py)
expected='same port b'\''Port already in use\r\n'\''
same device b"Port'\''s device already in use\r\n"
same device, rfc2217 b'\''\xff\xfb\x03'\'' b"\xff\xfd,Port'\''s device already in use\r\n"
no such device b'\''Device open failure: Value or file not found\r\n'\'''
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: ser2net accepts a client it has no device for, and tells it so as data of the device'
