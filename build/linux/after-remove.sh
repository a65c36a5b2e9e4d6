#!/bin/sh
set -e

# rpm runs this script of the old version after the new one is set up, with the number of versions that are left; dpkg
# says what it does. Only what takes the program away takes the profile away.
case "$1" in
  0 | remove | purge) ;;
  *) exit 0 ;;
esac

profile='/etc/apparmor.d/${executable}'
if [ -f "$profile" ]; then
  if apparmor_status --enabled >/dev/null 2>&1 && ! { command -v ischroot >/dev/null && ischroot; }; then
    apparmor_parser --remove "$profile" || true
  fi
  rm -f "$profile"
fi
if [ -S /run/udev/control ] && command -v udevadm >/dev/null; then
  udevadm control --reload || true
fi
