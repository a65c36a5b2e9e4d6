"""A host that reaches a module by pyserial's rfc2217://, and tells as JSON what it saw."""
import json
import sys
import time

import serial

url = sys.argv[1]
port = serial.serial_for_url(url, baudrate=9600, timeout=0.2)


def ask(command, seconds=4.0):
    port.reset_input_buffer()
    port.write(command.encode() + b"\r")
    heard = b""
    until = time.monotonic() + seconds
    while time.monotonic() < until and b"OK\r\n" not in heard:
        heard += port.read(64)
    return heard.decode("latin-1")


seen = {"right": ask("AT+CGMM"), "lines": [port.cts, port.dsr, port.cd]}
port.baudrate = 115200
seen["wrong"] = ask("AT+CGMM", 1.0)
port.baudrate = 9600
seen["again"] = ask("AT+CGMM")
port.reset_input_buffer()
port.dtr = False
port.dtr = True
time.sleep(0.2)
heard = b""
until = time.monotonic() + 5
while time.monotonic() < until and b"OK\r\n" not in heard:
    heard += port.read(64)
seen["reset"] = heard.decode("latin-1")
port.close()
print(json.dumps(seen))
