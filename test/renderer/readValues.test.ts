import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readValuesIn } from '../../renderer/platform/readValues.ts';

describe('what the platform was told', () => {
  it('is the value of a resource, as it stands in the answer of the document', () => {
    const body = '{"errno":0,"data":[{"res":[{"val":20.123,"res_id":5700}],"obj_inst_id":0}],"error":"succ"}';
    expect(readValuesIn('/3303/0/5700', body)).toEqual([{ path: '/3303/0/5700', value: '20.123' }]);
  });

  it('is each value of an object with its path, and no digit is lost', () => {
    const body =
      '{"errno":0,"data":[{"res":[{"val":"Cel","res_id":5701},{"val":0.0,"res_id":5603}],"obj_inst_id":0},' +
      '{"res":[{"val":9007199254740993,"res_id":5602}],"obj_inst_id":1}],"error":"succ"}';
    expect(readValuesIn('/3303', body)).toEqual([
      { path: '/3303/0/5701', value: 'Cel' },
      { path: '/3303/0/5603', value: '0.0' },
      { path: '/3303/1/5602', value: '9007199254740993' },
    ]);
  });

  it.each([
    undefined,
    '',
    '[]',
    '{"errno":0,"error":"succ"}',
    '{"data":[{"res":[{}]}]}',
    '{"data":[1,{"obj_inst_id":0}]}',
  ])('is nothing where the answer is %s', (body) => expect(readValuesIn('/3303/0/5700', body)).toBeUndefined());

  it('is read from whatever comes without an error', () => {
    fc.assert(
      fc.property(fc.json(), fc.string(), (data, path) => {
        readValuesIn(path, `{"data":[${data},{"obj_inst_id":${data},"res":[${data},{"res_id":0,"val":${data}}]}]}`);
        readValuesIn(path, data);
      }),
    );
  });
});
