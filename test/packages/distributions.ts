/**
 * What other distributions have of the things our packages ask for, so far as their own archives cannot be asked here.
 *
 * Names of deb packages: Playwright 1.65.1, table of native dependencies (by library, for Ubuntu 22.04, 24.04, 26.04, Debian
 * 12, 13), and Chromium, `chrome/installer/linux/debian/dist_package_versions.json` (Debian 12, Ubuntu 22.04), with which
 * their makers check their own packages. Sonames that rpm packages provide: Chromium,
 * `chrome/installer/linux/rpm/dist_package_provides.json` (Fedora 39 and 40, openSUSE Leap 15.5).
 */

/** Packages that are called the same in all of {@link debReleases}. */
const everywhere = [
  ...['libc6', 'libcairo2', 'libdbus-1-3', 'libdrm2', 'libexpat1', 'libgbm1', 'libgcc-s1', 'libnspr4', 'libnss3'],
  ...['libpango-1.0-0', 'libstdc++6', 'libudev1', 'libx11-6', 'libx11-xcb1', 'libxcb1', 'libxcomposite1'],
  ...['libxdamage1', 'libxext6', 'libxfixes3', 'libxkbcommon0', 'libxrandr2', 'xdg-utils'],
];

/** Packages that got an ending when times became 64 bits wide. */
const renamed = [
  ...['libasound2', 'libatk-bridge2.0-0', 'libatk1.0-0', 'libatspi2.0-0', 'libcups2', 'libglib2.0-0', 'libgtk-3-0'],
];

/** A release with packages of its own, and the version of its C library. */
export interface DebRelease {
  readonly name: string;
  readonly packages: readonly string[];
  readonly libc: string;
}

/** The releases that the deb is for. */
export const debReleases: readonly DebRelease[] = [
  { name: 'Debian 12', packages: [...everywhere, ...renamed], libc: '2.36' },
  { name: 'Ubuntu 22.04', packages: [...everywhere, ...renamed], libc: '2.35' },
  { name: 'Debian 13', packages: [...everywhere, ...renamed.map((name) => `${name}t64`)], libc: '2.41' },
  { name: 'Ubuntu 24.04', packages: [...everywhere, ...renamed.map((name) => `${name}t64`)], libc: '2.39' },
];

/**
 * Sonames that Fedora 39, Fedora 40 and openSUSE Leap 15.5 provide alike. GTK's own is not in Chromium's list, which opens
 * it while running; it comes in the package of libgdk-3.so.0, which is (`gtk3`, `libgtk-3-0`).
 */
export const rpmSonames = [
  ...['libX11-xcb.so.1', 'libX11.so.6', 'libXcomposite.so.1', 'libXdamage.so.1', 'libXext.so.6', 'libXfixes.so.3'],
  ...['libXrandr.so.2', 'libasound.so.2', 'libatk-1.0.so.0', 'libatk-bridge-2.0.so.0', 'libatspi.so.0', 'libc.so.6'],
  ...[
    'libcairo.so.2',
    'libcups.so.2',
    'libdbus-1.so.3',
    'libdrm.so.2',
    'libexpat.so.1',
    'libgbm.so.1',
    'libgcc_s.so.1',
  ],
  ...['libgio-2.0.so.0', 'libglib-2.0.so.0', 'libgobject-2.0.so.0', 'libgtk-3.so.0', 'libnspr4.so', 'libnss3.so'],
  ...['libnssutil3.so', 'libpango-1.0.so.0', 'libsmime3.so', 'libstdc++.so.6', 'libudev.so.1', 'libxcb.so.1'],
  ...['libxkbcommon.so.0'],
];

/** Packages that Fedora and openSUSE call the same. */
export const rpmPackages = ['xdg-utils'];

/** Versions of the C library and of the library of C++ that the oldest of the rpm distributions has: Leap 15.5. */
export const oldestRpm = { GLIBC: '2.31', GLIBCXX: '3.4.30' };
