import type { AcceptancePlatform } from '../../shared/acceptance.ts';
import type { PlatformMode, PlatformOperation } from '../../shared/platform.ts';
import type { PlatformSide, Station } from '../acceptance/run/station.ts';
import type { Application } from './application.ts';

/** How an acceptance run meets the application. */
export interface StationOptions {
  readonly platform: AcceptancePlatform;
  readonly hasBootstrap?: boolean;
}

function platformSide({ platform: desk, state }: Application, kind: StationOptions['platform']): PlatformSide {
  // No other platform reaches a virtual module, whoever makes the calls.
  const isInside = kind === 'simulated' || (kind === 'operator' && state.state.simulator !== null);
  const mode: PlatformMode = isInside ? 'simulated' : 'host';
  const host = kind === 'simulated' ? state.state.simulator?.http : state.state.settings.platformHost;
  return {
    kind,
    ...(kind === 'operator' || host === undefined ? {} : { host }),
    async ask(operation: PlatformOperation) {
      return desk.begin({ mode, operation }).done;
    },
    curl: (operation) => desk.curl({ mode, operation }),
  };
}

/** The application as an acceptance run sees it. */
export function acceptanceStation(application: Application, options: StationOptions): Station {
  const { state, store, log } = application;
  return {
    version: state.state.version,
    store,
    hasBootstrap: options.hasBootstrap ?? false,
    platform: platformSide(application, options.platform),
    get engine() {
      return application.session.engine;
    },
    get state() {
      return state.state;
    },
    get lastSeq() {
      return log.lastSeq;
    },
    onChange: (listener) => state.onChange(listener),
    lines: (from) => log.read(from, Math.max(0, log.lastSeq - from + 1)),
    onLines: (listener) => log.onBatch(listener),
    takeOver() {
      const { holdKinds } = state.state;
      const giveBack = application.overrideSettings({
        registerOnConnect: false,
        automaticNotifications: 'never',
        automaticUpdate: false,
      });
      const goOn = application.generators.pause();
      state.change({ holdKinds: [] });
      return () => {
        state.change({ holdKinds });
        goOn();
        giveBack();
      };
    },
    note: (remark) => application.note(remark),
  };
}
