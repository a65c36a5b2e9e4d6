// @ts-check

/**
 * The folders of the packages that the application needs at run time, outermost only: nested ones come along.
 * @param {{ packages: Record<string, { dev?: boolean, devOptional?: boolean }> }} lock
 */
export function productionModules({ packages }) {
  return Object.entries(packages)
    .filter(([name, { dev, devOptional }]) => name !== '' && !dev && !devOptional)
    .map(([name]) => name)
    .filter((name) => name.lastIndexOf('node_modules/') === 0);
}
