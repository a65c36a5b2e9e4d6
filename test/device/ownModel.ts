import type { DeviceModel } from '../../shared/deviceModel.ts';

/** A lamp, a pressure gauge and an object that no registry knows. */
export const ownModel: DeviceModel = {
  name: 'Pump house',
  objects: [
    {
      id: 3311,
      instances: [
        {
          id: 0,
          resources: [
            { id: 5850, type: 'boolean', operations: 'RW', value: '0' },
            { id: 5851, type: 'integer', operations: 'RW', value: '10' },
          ],
        },
      ],
    },
    {
      id: 3323,
      instances: [
        {
          id: 0,
          resources: [
            { id: 5700, type: 'float', operations: 'R', value: '1.50' },
            { id: 5605, type: 'none', operations: 'E', value: '' },
          ],
        },
        { id: 2, resources: [{ id: 5700, type: 'float', operations: 'R', value: '2.50' }] },
      ],
    },
    {
      id: 32_769,
      name: { zh: '泵', en: 'Pump' },
      instances: [
        {
          id: 0,
          resources: [
            { id: 1, type: 'string', operations: 'RW', value: 'off', name: { zh: '状态', en: 'State' } },
            { id: 2, type: 'none', operations: 'E', value: '', name: { zh: '停止', en: 'Stop' } },
          ],
        },
      ],
    },
  ],
};
