import { safeStorage } from 'electron';
import { openSecretFile } from './platform/secrets.ts';
import type { SecretStore } from './platform/secrets.ts';

/** Without a keyring Linux encrypts with a password that is printed in Chromium's sources: that is no key store. */
function isAvailable(): boolean {
  if (!safeStorage.isEncryptionAvailable()) return false;
  if (process.platform !== 'linux') return true;
  const backend = safeStorage.getSelectedStorageBackend();
  return backend !== 'basic_text' && backend !== 'unknown';
}

/** Secrets in a file, encrypted with the key store of the operating system; in memory where there is none. */
export function openSecrets(file: string): Promise<SecretStore> {
  return openSecretFile(file, {
    isAvailable,
    encrypt: (text) => safeStorage.encryptString(text),
    decrypt: (bytes) => safeStorage.decryptString(Buffer.from(bytes)),
  });
}
