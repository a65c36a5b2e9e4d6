import { expect, it } from 'vitest';
import { reasonAgainstPackages } from '../../scripts/installablePackages.js';

it('installs no packages for a person who did not ask for it', async () => {
  expect(await reasonAgainstPackages({}, 'linux', 0)).toContain('CI=true');
});

it('says why packages cannot be installed elsewhere', async () => {
  expect(await reasonAgainstPackages({ CI: 'true' }, 'darwin', 501)).toBe('for only Debian can install its packages');
  expect(await reasonAgainstPackages({ CI: 'true' }, 'win32', undefined)).toBe(
    'for only Debian can install its packages',
  );
});
