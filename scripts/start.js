// @ts-check
import { ensureBuild } from './build.js';
import { runInPlace } from './childProcess.js';
import { describeElectron, prepare } from './prepare.js';
import { moduleCommand, projectDirectory, projectNode } from './project.js';
import { createReporter } from './reporter.js';
import { adviseOnSandbox } from './sandbox.js';
import { runScript, SetupError } from './setupError.js';

await runScript(async () => {
  const all = process.argv.slice(2);
  const development = all.includes('--dev');
  const forApplication = all.filter((argument) => argument !== '--dev');
  requireDisplay();

  const reporter = createReporter();
  const electron = await prepare('start', { reporter });
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0;
  if (asRoot)
    reporter.say(
      'Running as root: the window starts without its sandbox (--no-sandbox). Better use an ordinary account.',
    );
  else adviseOnSandbox(electron);
  if (electron.kind === 'fallback') reporter.say(`Using ${describeElectron(electron)}.`);

  if (development) {
    const command = [
      moduleCommand('electron-vite'),
      'dev',
      ...(asRoot ? ['--noSandbox'] : []),
      '--',
      ...forApplication,
    ];
    const env = {
      ...process.env,
      ELECTRON_EXEC_PATH: electron.executable,
      ELECTRON_MAJOR_VER: electron.version.split('.')[0],
    };
    return runInPlace(projectNode, command, { env });
  }
  await ensureBuild(reporter, electron);
  reporter.say('Opening the window. Ctrl+C here closes it, too.');
  return runInPlace(electron.executable, [...(asRoot ? ['--no-sandbox'] : []), projectDirectory, ...forApplication]);
});

/** Said first, before minutes go into an installation that cannot be used. */
function requireDisplay() {
  if (process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY) return;
  throw new SetupError(
    'There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open.',
    [
      'On a virtual screen:   xvfb-run -a npm start      (packages xvfb and xauth)',
      'Without a window:      npm run mipl -- --help',
    ].join('\n'),
  );
}
