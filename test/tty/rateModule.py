"""A module behind a pseudo terminal that hears some baud rates only: at any other it takes and sends garbage.

Arguments: the link to make, the baud rate or several with a comma between, CR, CRLF or LF as the end that it wants, and
`mute`, `echo` or `plain`.
"""
import os
import pty
import sys
import termios
import tty

link, rates, ending, manner = sys.argv[1], [int(rate) for rate in sys.argv[2].split(",")], sys.argv[3], sys.argv[4]
end = {"CR": b"\r", "CRLF": b"\r\n", "LF": b"\n"}[ending]
speeds = {getattr(termios, name): int(name[1:]) for name in dir(termios) if name[1:].isdigit() and name[0] == "B"}
answers = {
    b"AT": [],
    b"AT+CGMI": [b"CMCC"],
    b"AT+CGMM": [b"M5310-A"],
    b"AT+CGSN=1": [b"+CGSN:490154203237518"],
}

master, slave = pty.openpty()
tty.setraw(slave)
os.symlink(os.ttyname(slave), link)
print("ready", flush=True)
buffer = b""
while True:
    data = os.read(master, 4096)
    heard = speeds.get(termios.tcgetattr(master)[5])
    if heard not in rates:
        if manner != "mute":
            os.write(master, bytes(byte ^ 0xB5 for byte in data))
        continue
    buffer += data
    while end in buffer:
        line, buffer = buffer.split(end, 1)
        command = line.strip(b"\r\n")
        if not command:
            continue
        if manner == "echo":
            os.write(master, command + b"\r")
        known = answers.get(command)
        lines = [b"ERROR"] if known is None else known + [b"OK"]
        os.write(master, b"".join(b"\r\n" + text + b"\r\n" for text in lines))
