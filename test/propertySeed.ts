import fc from 'fast-check';

/** The runs of `npm test` are all the same run; `npm run test:properties` takes a seed of its own each time. */
fc.configureGlobal({ seed: Number(process.env['MIPL_PROPERTY_SEED'] ?? 20_260_529) });
