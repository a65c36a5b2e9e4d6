/** A plan in which everything happens that a report must bear: failed, open, skipped and own cases, long and hostile texts. */

/** What a person or a file might bring to dress up as something else. */
export const hostile = `<script>alert(1)</script>"'><img src=http://127.0.0.1:9/x onerror=alert(2)>&amp;]]>`;

export const longTitle = {
  zh: '现场复测：'.padEnd(60, '在弱信号条件下重复读取温度并与平台上的数值逐一核对'),
  en: `Repeat measurement on site, ${'with a weak signal, compared value by value with the platform, '.repeat(2)}as agreed`,
};

const own = (id: string, title: { zh: string; en: string }, steps: readonly object[], more: object = {}): object => ({
  id,
  title,
  steps,
  ...more,
});

/** What the case that waits is waiting for: a read that only the test makes. */
export const awaited = '/3306/0/5850';

/** A case that runs until the platform reads {@link awaited}, or the run is stopped. */
const wait = own(
  'wait-for-read',
  { zh: '等待平台读取', en: 'Wait for a read' },
  [{ expect: '\\+MIPLREAD: ?0, ?\\d+, ?3306,', within: 3600 }],
  { needs: 'registered', limitSeconds: 3600 },
);

/** The text of the plan file. */
export const awkwardPlan = JSON.stringify({
  format: 'mipl-acceptance-plan',
  version: 1,
  name: 'Pump station 3 泵站 – acceptance by contract 2026-11',
  cases: [
    'power-on',
    'version',
    own('long-name', longTitle, [{ send: 'AT' }, { compare: '1', with: '=', to: 2 }]),
    own('hostile', { zh: hostile, en: hostile }, [{ send: `AT+X="${hostile}"` }]),
    own('no-break', { zh: '长'.repeat(200), en: 'x'.repeat(200) }, [{ expect: 'never', within: 1 }]),
    { case: 'bootstrap', skip: `not at this site ${hostile}`, by: 'Li Hua 李华' },
    'register',
    { case: 'read-resource', repeat: 2 },
    'write-resource',
    { case: 'execute', skip: 'the pump must not start', by: 'Li Hua 李华' },
    wait,
    'deregister',
  ],
});
