import type { CoapResponse } from '../coap/response.ts';
import type { Personality } from '../profile.ts';
import type { Payload } from './payloads.ts';
import { contentFormatOption } from './writtenOptions.ts';

/** 2.05 with a payload; 4.06 where there is none in the format asked for (LwM2M 1.0 §6.4). */
export function contentOf(personality: Personality, payload: Payload | undefined): CoapResponse {
  if (!payload) return { code: '4.06' };
  const { format, bytes } = payload;
  const options = format === undefined ? [] : [contentFormatOption(personality, format)];
  return { code: '2.05', options, payload: bytes };
}
