import type { HostValue } from '../lwm2mClient/payloads.ts';
import type { ModemContext } from './modemContext.ts';
import { signalOf } from './networkCommands.ts';
import { cell, networkAddress } from './radio.ts';
import { systemClock } from '../../time/clock.ts';

const value = (resourceId: number, valueType: number, text: string | number, isMultiple = false): HostValue => ({
  instanceId: 0,
  resourceId,
  valueType,
  text: String(text),
  isMultiple,
});

/** `<network bearer>` of object 4: NB-IoT. */
const narrowBand = 7;

/** Objects a module answers for by itself, LwM2M 1.0 Appendix E: 3 device, 4 connectivity. */
const standardObjects: Readonly<Record<number, (context: ModemContext) => HostValue[]>> = {
  3: ({ profile, identity }) => [
    value(0, 1, profile.identity.manufacturer),
    value(1, 1, profile.identity.model),
    value(2, 1, identity.imei),
    value(3, 1, profile.identity.firmware[0] ?? ''),
    value(11, 3, 0, true),
    value(13, 3, Math.floor(systemClock.wallMs() / 1000)),
    value(16, 1, 'U'),
  ],
  4: (context) => [
    value(0, 3, narrowBand),
    value(1, 3, narrowBand, true),
    value(2, 3, Math.round(signalOf(context).rsrpDbm)),
    value(4, 1, networkAddress, true),
    value(8, 3, parseInt(cell.cellId, 16)),
  ],
};

/** Values of a standard object; none for one the module does not have. */
export function standardValues(context: ModemContext, objectId: number): readonly HostValue[] {
  return standardObjects[objectId]?.(context) ?? [];
}
