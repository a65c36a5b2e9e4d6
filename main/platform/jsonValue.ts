import type { ResourceType, ResourceValue } from '../../shared/lwm2m.ts';

const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * A value as JSON text, digit for digit: JSON.stringify would turn `0.0` into `0` and round 64-bit integers. Booleans
 * are `1` and `0`, as the document writes them. What is not of its type goes as text; refusing it is the platform's.
 */
export function jsonValueOf(type: ResourceType | undefined, value: ResourceValue): string {
  switch (type) {
    case 'boolean':
      if (/^(1|true)$/i.test(value)) return '1';
      return /^(0|false)$/i.test(value) ? '0' : JSON.stringify(value);
    case 'integer':
    case 'time':
      return /^[+-]?\d+$/.test(value) ? BigInt(value.replace('+', '')).toString() : JSON.stringify(value);
    case 'float': {
      if (jsonNumber.test(value)) return value;
      const number = value.trim() === '' ? NaN : Number(value);
      return Number.isFinite(number) ? String(number) : JSON.stringify(value);
    }
    default:
      return JSON.stringify(value);
  }
}

/** The member `type` of a written entry: 1 opaque as hex text, 2 a time in seconds; others have none. */
export function typeHintOf(type: ResourceType | undefined): 1 | 2 | undefined {
  if (type === 'opaque') return 1;
  return type === 'time' ? 2 : undefined;
}
