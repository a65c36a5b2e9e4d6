import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** A company's authority, made by openssl for one test. */
export class Authority {
  /** Its certificate, which stations are given. */
  readonly file: string;
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
    this.file = join(directory, 'authority.pem');
  }

  static async make(directory: string): Promise<Authority> {
    const authority = new Authority(directory);
    const to = ['-keyout', join(directory, 'authority.key'), '-out', authority.file];
    await run('openssl', ['req', '-x509', ...key, ...to, '-days', '2', '-subj', '/CN=Factory CA']);
    return authority;
  }

  /** Writes `server.pem` and `server.key` for a host; with days below zero the certificate was over yesterday. */
  async sign(host: string, days = 1): Promise<void> {
    const of = (name: string): string => join(this.#directory, name);
    const request = of('server.csr');
    await run('openssl', ['req', ...key, '-keyout', of('server.key'), '-out', request, '-subj', `/CN=${host}`]);
    await writeFile(of('names'), `subjectAltName=DNS:${host}\n`);
    const by = ['-CA', this.file, '-CAkey', of('authority.key'), '-CAcreateserial', '-extfile', of('names')];
    const out = ['-days', String(days), '-out', of('server.pem')];
    await run('openssl', ['x509', '-req', '-in', request, ...by, ...out]);
  }

  /** Lines of a server's configuration that let nobody in without TLS. */
  get config(): string {
    const of = (name: string): string => JSON.stringify(join(this.#directory, name));
    return `tls { cert_file: ${of('server.pem')}, key_file: ${of('server.key')} }`;
  }
}
