#!/usr/bin/env bash
# `gammu identify`, which only asks who a modem is, switches its radio on.
#
# Expected: identify and getdatetime read: they send questions (AT+CGMI, AT+CGSN ...). A modem whose radio is off
#   (AT+CFUN=0, the state in which bands, frequency lock and power saving are set) is still off afterwards.
# Happens: once the manufacturer has been asked, AT+CFUN=1 is sent, with either, and no entry of gammurc(5) is against it. What
#   a module does then is search and register, with the settings that were to be changed. Of a modem that refuses AT+CFUN=1
#   nothing is said but "Unknown error." and 127, though it has answered each question.
# Package: gammu 1.42.0-8 of Debian 12.
# Seen on 2026-11-28, `gammu identify` at a modem after AT+CFUN=0:
#   Manufacturer CMCC, Model M5310, IMEI 860012345678901; sent AT+CFUN=1; the radio is on
#   the same where AT+CFUN=1 gets ERROR: Unknown error.
#
# Needs apt, dpkg and python3. The modem is a pseudo terminal with a few answers behind it.
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
download gammu=1.42.0-8 libgammu8 libbluetooth3 libbrotli1 libcurl3-gnutls libffi8 libglib2.0-0 libgmp10 libgnutls30 \
  libgssapi-krb5-2 libhogweed6 libidn2-0 libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0 libldap-2.5-0 libnettle8 \
  libnghttp2-14 libp11-kit0 libpcre2-8-0 libpsl5 librtmp1 libsasl2-2 libssh2-1 libssl3 libtasn1-6 libudev1 libunistring2 \
  libusb-1.0-0 libzstd1
export LD_LIBRARY_PATH="$work/root/usr/lib/x86_64-linux-gnu:$work/root/lib/x86_64-linux-gnu"
export HOME="$work" LC_ALL=C

cat >modem.py <<'END'
import os, pty, subprocess, threading, tty

far, near = pty.openpty()
tty.setraw(near)
with open('gammurc', 'w') as file:
    file.write(f'[gammu]\ndevice={os.ttyname(near)}\nconnection=at115200\nsynchronizetime=no\n')
answers = {
    'AT+CGMI': 'CMCC',
    'AT+CGMM': 'M5310',
    'AT+CGMR': 'M5310_V1',
    'AT+CGSN': '860012345678901',
    'AT+CIMI': '460041234567890',
    'AT+CSCS?': '+CSCS: "GSM"',
    'AT+CSCS=?': '+CSCS: ("GSM","UCS2")',
    'AT+CCLK?': '+CCLK: "26/11/27,05:12:33+32"',
    'AT+CREG?': '+CREG: 2,0',
    'AT+CGREG?': '+CGREG: 2,0',
    'AT+CGATT?': '+CGATT: 0',
}
obeys = {'AT', 'ATE1', 'AT+CMEE=1', 'AT+CREG=2', 'AT+CGREG=2'}
radio, refuses = 0, False


def answer():
    """A modem that repeats what it hears, and knows a few commands."""
    global radio
    heard = b''
    while piece := os.read(far, 1024):
        os.write(far, piece)
        heard += piece
        while b'\r' in heard:
            line, heard = heard.split(b'\r', 1)
            command = line.decode('latin-1').strip()
            if command == 'AT+CFUN=1' and not refuses:
                radio = 1
            elif command not in answers and command not in obeys:
                os.write(far, b'\r\nERROR\r\n')
                continue
            value = f'\r\n{answers[command]}\r\n' if command in answers else ''
            os.write(far, f'{value}\r\nOK\r\n'.encode())


threading.Thread(target=answer, daemon=True).start()


def gammu(word):
    global radio
    radio = 0
    ran = subprocess.run(['root/usr/bin/gammu', '-c', 'gammurc', word], capture_output=True, text=True, timeout=30)
    said = [line for line in ran.stdout.splitlines() if 'IMEI' in line or 'time is' in line or 'error' in line]
    print(word, ran.returncode, *said, f'radio {radio}')


for word in ['identify', 'getdatetime']:
    gammu(word)
refuses = True
gammu('identify')
END

seen=$(timeout 100 python3 modem.py)
expected='identify 0 IMEI                 : 860012345678901 radio 1
getdatetime 0 Phone time is Fri Nov 27 05:12:33 2026 radio 1
identify 127 Unknown error. radio 0'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: whatever gammu is asked for, it switches the radio of the modem on, and gives up where it must not'
