import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportToFile } from '../../main/journal/exporters.ts';
import { virtualVisit } from '../sessions/virtualVisit.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { isInstalled } from '../tty/otherProgram.ts';

/** How docs/analysis.md has Wireshark show the lines of the wire. */
const textOfUser0 = ['-o', 'uat:user_dlts:"User 0 (DLT=147)","data-text-lines","0","","0",""'];

function tshark(file: string, ...args: string[]): string[] {
  const { status, stdout, stderr } = spawnSync('tshark', ['-r', file, ...textOfUser0, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout.split('\n').filter((line) => line !== '');
}

describe.skipIf(!isInstalled('tshark'))('tshark', () => {
  it.each([
    ['m5310-seed', false],
    ['m5311', true],
    ['bc28?bootstrap', false],
  ] as const)(
    'reads a session with %s (masked: %s): lines, CoAP and LwM2M TLV, nothing malformed',
    async (profile, mask) => {
      const journal = await virtualVisit(profile);
      const file = join(await tempDirectory(), 'visit.pcapng');
      const { lines } = await exportToFile(journal, file, { format: 'pcapng', mask });

      expect(tshark(file, '-Y', '_ws.malformed || _ws.expert.severity >= 8388608')).toEqual([]);
      const texts = tshark(file, '-Y', 'data-text-lines', '-T', 'fields', '-e', 'text');
      expect(texts.length).toBeGreaterThan(100);
      expect(texts.length).toBeLessThanOrEqual(lines);
      expect(texts.some((text) => text.includes('+MIPLREAD'))).toBe(true);
      const paths = tshark(file, '-Y', 'coap', '-T', 'fields', '-e', 'coap.opt.uri_path_recon');
      expect(paths).toEqual(expect.arrayContaining(['/rd', '/3303', '/3303/0/5605', '/3306/0/5850']));
      expect(tshark(file, '-Y', 'lwm2mtlv', '-V').join('\n')).toMatch(/\[5700\]:[^]*As Float: 20\.123/);
      expect(tshark(file, '-Y', 'udp.port == 5683 && !coap')).toEqual([]);
      const identity = tshark(file, '-Y', 'coap.opt.uri_query', '-T', 'fields', '-e', 'coap.opt.uri_query').join();
      expect(identity.includes('869334030000010')).toBe(!mask);
    },
  );
});
