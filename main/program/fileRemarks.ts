import type { RemarkCode } from '../../shared/remarks.ts';
import { visibleLines } from '../files/visible.ts';
import type { Device } from '../device/device.ts';

/** Remarks about files and the port, which no event tells. */
const filed: readonly RemarkCode[] = [
  'fault',
  'journalBack',
  'journalTorn',
  'journalMoved',
  'journalAnew',
  'speaksTelnet',
  'connectionTaken',
  'portShared',
];

/**
 * Hears what happens to journals: bytes that one cannot keep are lost to whoever waits for it, and that is no matter for
 * the events.
 */
export function onFileRemark(device: Device, tell: (text: string) => void): void {
  device.log.onBatch((entries) => {
    for (const { text, remark } of entries) if (remark && filed.includes(remark.code)) tell(visibleLines(text));
  });
}
