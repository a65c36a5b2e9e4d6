/** The six chips of the path strip, in order. */
export const stageNames = ['port', 'module', 'sim', 'network', 'objects', 'onenet'] as const;
export type StageName = (typeof stageNames)[number];
