/** The pictures that the guide shows, each taken in both languages by test/e2e/guide.test.ts. */
export const picturesOfGuide = [
  'start',
  'workbench',
  'identity',
  'acceptance',
  'why-not-online',
  'log',
  'newer-versions',
  'line',
  'platform',
  'model',
  'stations',
  'technician',
] as const;
