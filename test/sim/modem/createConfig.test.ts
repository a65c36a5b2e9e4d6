import { expect, test } from 'vitest';
import { serverOfConfig } from '../../../main/sim/modem/createConfig.ts';

/** Blobs published in drivers and manuals; the last has the layout with a flag byte. */
const blobs: [string, string, string][] = [
  [
    'direct',
    '130031F10003F2002304001100000000000000123138332E3233302E34302E34303A35363833000131F30008C000000000',
    '183.230.40.40:5683',
  ],
  [
    'bootstrap',
    '130031F10003F2002304001100000000000010123138332E3233302E34302E33393A35363833000131F300080000000000',
    '183.230.40.39:5683',
  ],
  [
    'named',
    '130038F10003F2002A04001100000000000010196E62696F7462742E6865636C6F7564732E636F6D3A35363833000131F300080000000000',
    'nbiotbt.heclouds.com:5683',
  ],
  [
    'without port',
    '130033f10003f20021050011000000000000000d3138332e3233302e34302e333900044e554c4cf3000cea040000044e554c4c',
    '183.230.40.39:5683',
  ],
  [
    'with flags',
    '130045f10003f20037040011800005434d494f540000000000123138332e3233302e34302e33393a35363833000f41757468436f64653a3b50534b3a3bf30008e400c80000',
    '183.230.40.39:5683',
  ],
];

test.each(blobs)('the server of a blob is found: %s', (_, hex, expected) => {
  const server = serverOfConfig(Buffer.from(hex, 'hex'));
  expect(server && `${server.host}:${server.port}`).toBe(expected);
});

test.each(['', '13', '130031', '130031F10000', '130031F10003F2FFFF', 'ffffffffffffffffffffffff'])(
  'a blob that is none names no server: %s',
  (hex) => {
    expect(serverOfConfig(Buffer.from(hex, 'hex'))).toBeUndefined();
  },
);
