#!/bin/sh
set -e
program='/opt/${sanitizedProductName}/${executable}'

# Chromium confines its pages by user namespaces, and only where the system has none by a helper that starts as root.
# Root may make one where others may not, so the two switches of the system are read as well as tried.
switched_off() {
  [ -r "$1" ] && [ "$(cat "$1")" = 0 ]
}
mode=4755
if [ -L /proc/self/ns/user ] && unshare --user true 2>/dev/null &&
  ! switched_off /proc/sys/user/max_user_namespaces && ! switched_off /proc/sys/kernel/unprivileged_userns_clone; then
  mode=0755
fi
chmod "$mode" "$(dirname "$program")/chrome-sandbox"

# Ubuntu 24.04 and later let only programs with a profile make user namespaces. Older systems cannot read this profile
# and need none.
source="$(dirname "$program")/resources/apparmor-profile"
target='/etc/apparmor.d/${executable}'
if apparmor_status --enabled >/dev/null 2>&1 &&
  apparmor_parser --skip-kernel-load --debug "$source" >/dev/null 2>&1; then
  cp -f "$source" "$target"
  # An image for other machines is not the place to change the kernel's profiles.
  if ! { command -v ischroot >/dev/null && ischroot; }; then
    apparmor_parser --replace --write-cache --skip-read-cache "$target" || true
  fi
fi

# Adapters that are plugged in already get the rule as well.
if [ -S /run/udev/control ] && command -v udevadm >/dev/null; then
  udevadm control --reload || true
  udevadm trigger --subsystem-match=tty --action=change || true
fi

# Who works with the old version goes on with it: its files are open, only their names are gone.
for image in /proc/[0-9]*/exe; do
  if [ "$(readlink "$image" 2>/dev/null)" = "$program (deleted)" ]; then
    echo 'MIPL Field Tool is running and goes on as the old version. Close and start it again to use the new one.'
    echo 'MIPL Field Tool 正在运行，仍为旧版本。请关闭后重新启动，以使用新版本。'
    break
  fi
done
