import type { AcceptancePlatform } from '../../../shared/acceptance.ts';
import type { PlatformMode, PlatformOperation } from '../../../shared/platform.ts';
import type { PlatformSide, TestSetup } from './testSetup.ts';
import type { TestedDevice } from './testedDevice.ts';

/** How an acceptance run meets the device. */
export interface TestSetupOptions {
  readonly platform: AcceptancePlatform;
  readonly hasBootstrap?: boolean;
}

function platformSide(device: TestedDevice, kind: TestSetupOptions['platform']): PlatformSide {
  const { platform: caller, state } = device;
  // No other platform reaches a virtual module, whoever makes the calls.
  const isInside = kind === 'simulated' || (kind === 'operator' && state.state.simulator !== null);
  const mode: PlatformMode = isInside ? 'simulated' : 'host';
  const host = kind === 'simulated' ? state.state.simulator?.http : device.settings.platformHost;
  return {
    kind,
    ...(kind === 'operator' || host === undefined ? {} : { host }),
    async ask(operation: PlatformOperation) {
      return caller.begin({ mode, operation }).done;
    },
    curl: (operation) => caller.curl({ mode, operation }),
  };
}

/** A device as an acceptance run sees it. */
export function testSetupOf(device: TestedDevice, options: TestSetupOptions): TestSetup {
  const { version, state, facts, store, log } = device;
  return {
    version,
    store,
    hasBootstrap: options.hasBootstrap ?? false,
    platform: platformSide(device, options.platform),
    get engine() {
      return device.session.engine;
    },
    get state() {
      return state.state;
    },
    get settings() {
      return device.settings;
    },
    get lastSeq() {
      return log.lastSeq;
    },
    onChange: (listener) => state.onChange(listener),
    lines: (from) => log.read(from, Math.max(0, log.lastSeq - from + 1)),
    onLines: (listener) => log.onBatch(listener),
    takeOver() {
      const { holdKinds, armedAnswers } = state.state;
      const giveBack = device.overrideSettings({
        registerOnConnect: false,
        automaticNotifications: 'never',
        automaticUpdate: false,
      });
      const goOn = device.generators.pause();
      facts.tell({ fact: 'holdKinds', kinds: [] });
      facts.tell({ fact: 'armedAnswers', answers: [] });
      return () => {
        facts.tell({ fact: 'holdKinds', kinds: holdKinds });
        facts.tell({ fact: 'armedAnswers', answers: armedAnswers });
        goOn();
        giveBack();
      };
    },
    note: (remark) => device.note(remark),
  };
}
