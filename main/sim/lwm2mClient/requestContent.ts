import type { CoapResponse } from '../coap/response.ts';
import type { Personality } from '../profile.ts';
import type { CoapPayload } from './payloads.ts';
import { writtenContentFormat } from './writtenOptions.ts';

/** 2.05 with a payload; 4.06 where there is none in the format asked for (LwM2M 1.0 §6.4). */
export function contentOf(personality: Personality, payload: CoapPayload | undefined): CoapResponse {
  if (!payload) return { code: '4.06' };
  const { format, bytes } = payload;
  const options = format === undefined ? [] : [writtenContentFormat(personality, format)];
  return { code: '2.05', options, payload: bytes };
}
