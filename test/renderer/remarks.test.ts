import { describe, expect, it } from 'vitest';
import { lineText } from '../../renderer/log/remarks.ts';
import { zh } from '../../renderer/i18n/texts.ts';
import { remark, remarkText } from '../../shared/remarks.ts';
import type { Remark } from '../../shared/remarks.ts';
import type { LogEntry } from '../../shared/log.ts';

/** As vue-i18n fills a text in. */
function translate(key: string, values: Record<string, string | number>): string {
  const found = key.split('.').reduce<unknown>((node, part) => (node as Record<string, unknown>)[part], zh);
  return String(found).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
}

const entryOf = (told: Remark): LogEntry => ({ seq: 1, atMs: 0, kind: 'note', text: remarkText(told), remark: told });

describe('a remark in the log', () => {
  it('speaks the language of the interface, down to the kind of request', () => {
    const told = remark('requestHeld', { kind: 'read', path: '/3303/0', msgId: 7 });
    expect(lineText(entryOf(told), translate)).toBe('读取 /3303/0（msgid 7）等待人工应答。');
  });

  it('says how a request was answered by hand', () => {
    const told = remark('answeredByHand', {
      kind: 'write',
      path: '/3306/0/5850',
      msgId: 8,
      how: 'error',
      coapCode: '4.04',
      meaning: 'Not Found',
    });
    expect(lineText(entryOf(told), translate)).toBe('写入 /3306/0/5850（msgid 8）人工应答：错误，4.04 Not Found');
  });

  it('says why a request was refused in words of the interface, not in those of the journal', () => {
    const told = remark('requestRefused', {
      name: '+MIPLREAD',
      msgId: 9,
      code: 'LWM2M_NOT_FOUND',
      detail: '/3303/0/4711',
      reason: 'There is nothing at this path',
    });
    expect(lineText(entryOf(told), translate)).toBe('+MIPLREAD 9 被拒绝：设备模型中没有 /3303/0/4711。');
    expect(remarkText(told)).toBe('+MIPLREAD 9 refused: There is nothing at this path');
  });

  it('makes control characters in foreign words visible', () => {
    expect(lineText(entryOf(remark('portGone', { reason: 'a\u0000b' })), translate)).toBe('串口已断开：a␀b');
  });

  it('leaves lines of the wire as they are', () => {
    const entry: LogEntry = { seq: 1, atMs: 0, kind: 'answer', text: 'OK' };
    expect(lineText(entry, translate)).toBe('OK');
  });
});
