import type { AnswerTimes } from '../../shared/answerTimes.ts';
import { rounded } from './figures.ts';
import type { Measurement } from './figures.ts';
import { openModuleProcess } from './moduleProcess.ts';
import { withOpenedModule } from './openedModule.ts';
import type { OpenedModule } from './openedModule.ts';

const HALF_HOURS = 48;
/** A read about every nine seconds: more than any platform asks. */
const REQUESTS = 9600;
const PER_SECOND = 100;
const MAX_GROWTH_MB = 20;

interface Memory {
  readonly mainMegabytes: number;
  readonly pageMegabytes: number;
}

/** What is still in use once both have collected their garbage. */
async function memoryOf({ application, page }: OpenedModule): Promise<Memory> {
  const mainBytes = await application.evaluate(async () => {
    const { setFlagsFromString } = process.getBuiltinModule('node:v8');
    const { runInNewContext } = process.getBuiltinModule('node:vm');
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    for (let round = 0; round < 3; round++) {
      collect();
      await new Promise((done) => setImmediate(done));
    }
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  });
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return { mainMegabytes: mainBytes / 1e6, pageMegabytes: usedSize / 1e6 };
}

/** P13: what a module says in a day, pressed into minutes, with the window; memory after the first half hour and at the end. */
export async function measureDay(): Promise<Measurement> {
  const module = await openModuleProcess();
  try {
    return await withOpenedModule(module.port, async (opened) => {
      await module.day(REQUESTS / HALF_HOURS, PER_SECOND);
      const first = await memoryOf(opened);
      await module.day(REQUESTS - REQUESTS / HALF_HOURS, PER_SECOND);
      const last = await memoryOf(opened);
      const { count, lateCount } = await opened.page.evaluate(async () => {
        const { api } = globalThis as unknown as { api: Record<string, (...given: unknown[]) => Promise<unknown>> };
        const told = (await api['getSnapshot']?.('1')) as { value: { state: { answerTimes: AnswerTimes } } };
        return told.value.state.answerTimes;
      });
      const growth = {
        main: last.mainMegabytes - first.mainMegabytes,
        page: last.pageMegabytes - first.pageMegabytes,
      };
      return {
        id: 'P13',
        what: '24 h of traffic time-compressed, with window: memory in use after the first half hour and at the end',
        bar: `≤ ${MAX_GROWTH_MB} MB growth, 0 late answers`,
        reached: growth.main + growth.page <= MAX_GROWTH_MB && lateCount === 0 && count === REQUESTS,
        figures: {
          'growth MB': rounded(growth.main + growth.page),
          'of main MB': rounded(growth.main),
          'of the page MB': rounded(growth.page),
          'main at first MB': rounded(first.mainMegabytes),
          'page at first MB': rounded(first.pageMegabytes),
          'answers late': lateCount,
          answers: count,
          electron: opened.version,
        },
      };
    });
  } finally {
    await module.close();
  }
}
